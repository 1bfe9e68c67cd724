/** Whether what a model quotes is what this run's tools said (DESIGN §3, rule 7). */
import type { AbstentionReason, Evidence } from '#domain/opinion.ts';

/** The values a model was shown, by the key it was shown them under. */
export type Readings = ReadonlyMap<string, number>;

/** Something a reply says that this run's tools did not. */
export interface Doubt {
  readonly about: 'symbol' | 'evidence' | 'number';
  /** For a person who reads the trace. */
  readonly message: string;
}

/** The one reason a doubted reply is counted under: a wrong symbol before a wrong value before a loose number. */
export function reasonOf(doubts: readonly Doubt[]): AbstentionReason | null {
  for (const about of ['symbol', 'evidence', 'number'] as const)
    if (doubts.some((doubt) => doubt.about === about)) return `ungrounded_${about}`;
  return null;
}

const RELATIVE_TOLERANCE = 0.005;
/** The fewest significant digits a quoted value may be rounded to. */
const FEWEST_DIGITS = 2;
const MOST_DIGITS = 6;

/** A quote counts when it lies within half a percent, or is the value rounded to two or more significant digits. */
export function isFaithful(quoted: number, measured: number): boolean {
  if (Math.abs(quoted - measured) <= Math.abs(measured) * RELATIVE_TOLERANCE) return true;
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits += 1)
    if (quoted === Number(measured.toPrecision(digits))) return true;
  return false;
}

/** One doubt for each quote that no reading bears out. */
export function ungroundedEvidence(evidence: readonly Evidence[], readings: Readings): Doubt[] {
  return evidence.flatMap(({ key, value }): Doubt[] => {
    const measured = readings.get(key);
    if (measured === undefined)
      return [{ about: 'evidence', message: `"${key}" was not measured in this run` }];
    if (isFaithful(value, measured)) return [];
    return [{ about: 'evidence', message: `"${key}" is ${measured}, not ${value}` }];
  });
}

const SYMBOL_IN_PROSE = /[A-Z0-9]{1,20}\/[A-Z0-9]{2,10}:[A-Z0-9]{2,10}/g;

/** One doubt for each symbol that prose names although the question does not. */
export function ungroundedSymbols(prose: readonly string[], known: readonly string[]): Doubt[] {
  const named = new Set(prose.flatMap((text) => text.match(SYMBOL_IN_PROSE) ?? []));
  return [...named]
    .filter((symbol) => !known.includes(symbol))
    .map((symbol) => ({ about: 'symbol', message: `${symbol} is not part of the question` }));
}
