/** What a person looks for in what was asked and said: `liquidat* "funding is crowded" or squeeze -spike`. */
import { wordsIn } from './search-words.ts';

/** A word, or words that stand side by side. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly isPrefix: boolean;
}

export interface SearchQuery {
  /** One of them must be met, all terms of it in one passage. */
  readonly alternatives: readonly (readonly SearchTerm[])[];
  /** A run that holds one of these anywhere does not fit. */
  readonly excluded: readonly SearchTerm[];
}

/** Fewer would stand for too many words. */
export const SHORTEST_PREFIX = 3;
export const MOST_TERMS = 12;

const PART = /(-?)(?:"([^"]*)"?|(\S+))/gu;

/** A query, or in words why the text is none. */
export function parseSearch(text: string): SearchQuery | string {
  const alternatives: SearchTerm[][] = [[]];
  const excluded: SearchTerm[] = [];
  for (const [, minus, quoted, bare] of text.matchAll(PART)) {
    if (!minus && bare?.toLowerCase() === 'or') {
      alternatives.push([]);
      continue;
    }
    const term = termOf(quoted ?? bare ?? '', quoted === undefined);
    if (term === null) continue;
    if (term.isPrefix && (term.words.at(-1)?.length ?? 0) < SHORTEST_PREFIX)
      return `"${bare}" stands for too many words: write at least ${SHORTEST_PREFIX} letters before the *`;
    (minus ? excluded : (alternatives.at(-1) as SearchTerm[])).push(term);
  }
  const said = alternatives.filter((terms) => terms.length > 0);
  if (said.length === 0)
    return excluded.length > 0
      ? 'name a word to look for beside those to leave out'
      : 'holds no word to look for: letters or digits make one';
  const terms = said.flat().length + excluded.length;
  if (terms > MOST_TERMS) return `holds ${terms} words or phrases, and at most ${MOST_TERMS} are looked for`;
  return { alternatives: said, excluded };
}

function termOf(text: string, mayBePrefix: boolean): SearchTerm | null {
  const words = [...wordsIn(text)].map(({ word }) => word);
  return words.length === 0 ? null : { words, isPrefix: mayBePrefix && text.endsWith('*') };
}
