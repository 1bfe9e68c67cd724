/**
 * Words as Postgres searches them, made here and not by its own parser: that one reads `BTC/USDT:USDT` as the path of a
 * file, and letters beyond ASCII by the locale of the cluster.
 */
import type { SearchQuery, SearchTerm } from '#domain/search-query.ts';
import { isNumberWord, wordsIn } from '#domain/search-words.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';

export interface Passage {
  readonly text: string;
  /** The tables of a prompt hold a hundred measured numbers each; only those of answers are worth their place. */
  readonly withoutNumbers?: boolean;
}

/** Postgres counts places up to 16,383: what stands later in a passage is not found. */
const LAST_PLACE = 16_000;
/** Of one word in one vector. */
const MOST_PLACES = 255;
/** Between two texts, so that no phrase is read across them. */
const GAP = 2;

/** A `tsvector` of the texts in their order, and of marks that no text can hold. */
export function wordVectorOf(passages: readonly Passage[], marks: readonly string[] = []): string {
  const places = new Map<string, number[]>();
  let place = 0;
  for (const { text, withoutNumbers = false } of passages) {
    for (const { word } of wordsIn(text)) {
      place += 1;
      if (place > LAST_PLACE) break;
      if (withoutNumbers && isNumberWord(word)) continue;
      const known = places.get(word);
      if (known === undefined) places.set(word, [place]);
      else if (known.length < MOST_PLACES) known.push(place);
    }
    place += GAP;
  }
  const words = [...places].map(([word, at]) => `'${word}':${at.join(',')}`);
  return [...marks.map((mark) => `'${mark}'`), ...words].join(' ');
}

/** Names a shared message in the words of the calls that were asked with it. */
export function messageMark(sha256: string): string {
  return `#${sha256.slice(0, 20)}`;
}

/** Runs of one span share a mark, by which a search goes back in time without a look at what is newer. */
export const SPAN_MS = 6 * HOUR_MS;
export const SPAN_MARK = '@';

export function spanOf(startedAtMs: EpochMs): number {
  return Math.floor(startedAtMs / SPAN_MS);
}

export function spanMark(span: number): string {
  return `${SPAN_MARK}${span}`;
}

/** A `tsquery` for words side by side. */
export function termQuery({ words, isPrefix }: SearchTerm): string {
  return words
    .map((word, index) => `'${word}'${isPrefix && index === words.length - 1 ? ':*' : ''}`)
    .join(' <-> ');
}

/** What a passage must hold, and what a run must not; each term also where a shared message holds it. */
export function passageQueries(
  { alternatives, excluded }: SearchQuery,
  marksOf: (term: SearchTerm) => readonly string[],
): { readonly wanted: string; readonly unwanted: string | null } {
  const anyOf = (queries: readonly string[]) => queries.map((query) => `(${query})`).join(' | ');
  const held = (term: SearchTerm) => anyOf([termQuery(term), ...marksOf(term).map((mark) => `'${mark}'`)]);
  const wanted = alternatives.map((terms) => terms.map((term) => `(${held(term)})`).join(' & '));
  return { wanted: anyOf(wanted), unwanted: excluded.length === 0 ? null : anyOf(excluded.map(held)) };
}
