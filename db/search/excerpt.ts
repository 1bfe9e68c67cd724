import type { RunHit } from '#domain/run.ts';
import type { SearchTerm } from '#domain/search-query.ts';

export type Excerpt = Pick<RunHit, 'text' | 'marks'>;

const BEFORE = 60;
const AFTER = 140;
const PART_OF_WORD = '[\\p{L}\\p{M}\\p{N}]';
/** Half a word, a mark of its letter or half of a pair at a cut. */
const RAGGED_START = /^[\p{L}\p{M}\p{N}\p{Surrogate}]*(?![\p{L}\p{M}\p{N}\p{Surrogate}])/u;
const RAGGED_END = /[\p{L}\p{M}\p{N}\p{Surrogate}]*$/u;

/** The words around the first place where one of the terms stands, with every place marked; null where none does. */
export function excerptOf(text: string, terms: readonly SearchTerm[]): Excerpt | null {
  const pattern = patternOf(terms);
  const [first] = text.matchAll(pattern);
  if (first === undefined) return null;
  const cutAt = Math.max(0, first.index - BEFORE);
  const endAt = Math.min(text.length, first.index + first[0].length + AFTER);
  const head = text.slice(cutAt, first.index);
  const tail = text.slice(first.index, endAt);
  const start = cutAt === 0 ? head : head.replace(RAGGED_START, '…');
  const end = endAt === text.length ? tail : `${tail.replace(RAGGED_END, '')}…`;
  const shown = `${start}${end}`.replaceAll(/\s/g, ' ');
  const marks = [...shown.matchAll(pattern)].map(({ index, 0: found }) => ({
    from: index,
    to: index + found.length,
  }));
  return { text: shown, marks };
}

/** Any of the terms as whole words, whatever parts the words of a phrase. */
function patternOf(terms: readonly SearchTerm[]): RegExp {
  const said = terms.map(({ words, isPrefix }) => {
    const end = isPrefix ? `${PART_OF_WORD}*` : `(?!${PART_OF_WORD})`;
    return `${words.map(escaped).join('[^\\p{L}\\p{M}\\p{N}]+')}${end}`;
  });
  return new RegExp(`(?<!${PART_OF_WORD})(?:${said.join('|')})`, 'giu');
}

/** Words hold letters, digits and the marks of a number. */
function escaped(word: string): string {
  return word.replaceAll('.', '\\.');
}
