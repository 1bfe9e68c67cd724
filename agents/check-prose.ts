/** Whether a reply's words name only what its own question showed: no coin and no number from nowhere. */
import type { Quote } from '#domain/opinion.ts';
import type { ChatMessage } from './chat-model.ts';
import type { Doubt } from './grounding.ts';
import { once } from './once.ts';
import { plainText } from './plain-text.ts';
import { numbersInProse } from './prose-numbers.ts';
import { shownCoins, strangeCoins } from './prose-symbols.ts';
import { shownNumbers } from './shown-numbers.ts';

export interface ProseCheck {
  readonly doubts: readonly Doubt[];
  readonly quotes: readonly Quote[];
}

interface Prose {
  /** Where it stands: `reviews.0.reason` */
  readonly field: string;
  readonly text: string;
}

/** Fields that name something and say nothing; whoever reads them checks the name. */
const NAMES = new Set(['symbol', 'proposalId', 'key']);
/** Quoted values are held to the readings, key by key, and are no answers. */
const QUOTED = 'evidence';
const MOST_QUOTES = 60;

export function checkProse(
  reply: unknown,
  messages: readonly ChatMessage[],
  { schemaText }: { schemaText: string },
): ProseCheck {
  const prose = proseIn(reply);
  const coins = once(() => shownCoins(messages));
  const shown = shownNumbers(messages, { answers: answersIn(reply), schemaText });
  const quotes = prose
    .filter(({ text }) => /\d/.test(plainText(text)))
    .flatMap(({ field, text }) =>
      numbersInProse(text, shown.names()).map((number): Quote => {
        return { field, said: number.said, isGrounded: shown.bears(number) };
      }),
    );
  const doubts: Doubt[] = prose.flatMap(({ field, text }) =>
    strangeCoins(text, coins).map(({ said }): Doubt => {
      return { about: 'symbol', message: `${field} names ${said}, which is no part of the question` };
    }),
  );
  for (const { field, said, isGrounded } of quotes)
    if (!isGrounded) doubts.push({ about: 'number', message: `${field} says ${said}, which was not shown` });
  return { doubts, quotes: quotes.slice(0, MOST_QUOTES) };
}

function proseIn(value: unknown, path: readonly string[] = []): Prose[] {
  if (typeof value === 'string')
    return NAMES.has(path.at(-1) ?? '') ? [] : [{ field: path.join('.'), text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => proseIn(child, [...path, key]));
}

function answersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === QUOTED ? [] : answersIn(child)));
}
