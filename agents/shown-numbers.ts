/** The numbers a model was shown, and whether one it says is among them. */
import type { ChatMessage } from './chat-model.ts';
import { PERSON_SOURCE } from './evidence-table.ts';
import { once } from './once.ts';
import { type NumberUnit, numbersInProse, type ProseNumber, type Reading } from './prose-numbers.ts';
import { numbersBeside, numbersIn, percentColumns, rowCount } from './shown-tables.ts';

export interface ShownNumbers {
  /** In lower case: every shown word that has both letters and digits in it. */
  names(): ReadonlySet<string>;
  bears(said: ProseNumber): boolean;
}

/** Whole numbers up to here count and order things; what they count is in the sentence. */
const FREE_COUNT = 10;
/** What `about` and `over` may add to rounding. */
const HEDGED_FRACTION = 0.02;
const EPSILON = 1e-9;
/** Measures whose claimed value has to stand beside their own name; where none stands, none was measured. */
const BOUND = new Set(
  'rsi adx atr cci mfi macd histogram stoch score conviction confidence correlation funding leverage'.split(
    ' ',
  ),
);

/** What a multiple and a sigma have to stand beside. */
const LABELS: Readonly<Partial<Record<NumberUnit, readonly string[]>>> = {
  times: ['leverage', '×', '(x)', 'ratio', 'factor'],
  sigmas: ['σ', 'sigma'],
};

/** What somebody outside wrote, as the prompts fence it. Only a person’s question may be quoted. */
const UNTRUSTED = /<untrusted source="([^"]*)">([\s\S]*?)<\/untrusted>/g;
const NAME = /[\w@/:.-]*\d[\w@/:.-]*/g;

/**
 * `messages` are those of the first question; the model's own earlier words bear nothing out. `answers` are the numbers
 * the reply decides with: they are bounded, not checked, and its words may repeat them.
 */
export function shownNumbers(
  messages: readonly ChatMessage[],
  { answers, schemaText }: { answers: readonly number[]; schemaText: string },
): ShownNumbers {
  const said = (role: ChatMessage['role']) =>
    messages.flatMap((message) => (message.role === role ? [message.content] : [])).join('\n');
  const evidence = said('user').replaceAll(UNTRUSTED, ' ');
  const instructions = said('system').replace(schemaText, '');
  const shares = answers.filter((answer) => answer > 0 && answer < 1).map((answer) => 1 - answer);
  // A prompt is long and most words claim nothing: it is searched when something is claimed.
  const everywhere = once(() => [...answers, ...shares, ...askedNumbers(said('user'))]);
  const measured = once(() => bySize([...numbersIn(evidence), ...percentColumns(evidence), ...everywhere()]));
  const lines = once(() => ({ percent: linesIn(instructions, true), other: linesIn(instructions, false) }));
  const rows = once(() => rowCount(evidence));
  const ofMeasure = new Map<string, Float64Array>();

  function measuredFor({ measure, unit }: ProseNumber): Float64Array {
    const isBound = measure !== null && BOUND.has(measure);
    const labels = isBound ? [measure] : LABELS[unit ?? 'other'];
    if (labels === undefined) return measured();
    const name = labels.join();
    const known = ofMeasure.get(name);
    if (known !== undefined) return known;
    const own = bySize([...labels.flatMap((label) => numbersBeside(evidence, label)), ...everywhere()]);
    ofMeasure.set(name, own);
    return own;
  }

  return {
    names: once(() => namesIn(`${evidence}\n${instructions}`)),
    bears(number) {
      const { measure, readings, unit } = number;
      const own = lines()[unit === 'percent' ? 'percent' : 'other'];
      if (number.isCount && readings.some(({ value }) => value <= rows())) return true;
      if (measure === null && isFreeCount(number)) return true;
      return meaningsOf(number).some(
        (meaning) =>
          isAmong(measuredFor(number), number, meaning) || (measure === null && own.has(meaning.value)),
      );
    },
  };
}

/** What the instructions draw as lines is quoted to the digit: `over 70`, `at most 0.2%`. */
function linesIn(instructions: string, isPercent: boolean): ReadonlySet<number> {
  const text = isPercent ? (instructions.match(/[\d.]+ ?%/g) ?? []).join(' ') : instructions;
  return new Set(numbersIn(text).map(Math.abs));
}

function isFreeCount({ readings, unit, sign, isWhole }: ProseNumber): boolean {
  return isWhole && unit === null && sign === null && readings.some(({ value }) => value <= FREE_COUNT);
}

/** An answer has to be able to name the numbers it was asked about. */
function askedNumbers(evidence: string): number[] {
  return [...evidence.matchAll(UNTRUSTED)]
    .filter(([, source]) => source === PERSON_SOURCE)
    .flatMap(([, , text = '']) => numbersInProse(text, new Set()))
    .flatMap((number) => meaningsOf(number).map(({ value }) => value));
}

function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [word] of text.matchAll(NAME)) {
    const name = word.replace(/[.:/-]+$/, '').toLowerCase();
    if (!/[a-z]/.test(name)) continue;
    names.add(name);
    const [key = ''] = name.split('@');
    if (/\d/.test(key)) names.add(key);
  }
  for (const [, name, period] of text.matchAll(/\b([A-Za-z]{2,12})[ -](\d{1,3})\b/g))
    names.add(`${name}${period}`.toLowerCase());
  return names;
}

/** The tables show fractions, and percent as text: 3.4% is 0.034. */
function meaningsOf({ readings, unit }: ProseNumber): Reading[] {
  const divisors = unit === 'percent' ? [100] : unit === 'bps' ? [1, 10_000] : [1];
  return readings.flatMap(({ value, step }) =>
    divisors.map((divisor) => ({ value: value / divisor, step: step / divisor })),
  );
}

/** Whether a shown number, rounded or cut to the digits said but never to fewer than two, is the one said. */
function isAmong(measured: Float64Array, number: ProseNumber, { value, step }: Reading): boolean {
  if (!Number.isFinite(value + step)) return false;
  const hasTwoDigits = value >= 10 * step || number.isOneDigit || (value === 0 && step < 1);
  const last = value === 0 && step >= 1 ? 0 : hasTwoDigits ? step : step / 10;
  const room = value * HEDGED_FRACTION;
  const below = number.hedge === 'either' || number.hedge === 'below' ? room : 0;
  const above = number.hedge === 'either' || number.hedge === 'above' ? room : 0;
  const slack = value * EPSILON;
  const least = value - Math.max(last / 2, below) - slack;
  const most = value + Math.max(number.isOneDigit ? last / 2 : last * (1 - EPSILON), above) + slack;
  for (let at = firstAtLeast(measured, least); at < measured.length; at += 1) {
    const shown = measured[at];
    if (shown === undefined || Math.abs(shown) > most) return false;
    // A fall may be told without its sign and a loss with one; a plus before what fell is wrong.
    if (number.sign !== '+' || shown >= 0) return true;
  }
  return false;
}

/** By size; the sign is kept. */
function bySize(numbers: readonly number[]): Float64Array {
  return Float64Array.from(numbers.filter(Number.isFinite)).sort(
    (left, right) => Math.abs(left) - Math.abs(right),
  );
}

function firstAtLeast(numbers: Float64Array, least: number): number {
  let from = 0;
  let to = numbers.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (Math.abs(numbers[middle] ?? 0) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
