/** Finds the checked numbers of a reply in its words. Pure. */
import type { Quote } from '#domain/opinion.ts';

export interface MarkedWords {
  readonly words: string;
  /** Null for what is no checked number. */
  readonly isGrounded: boolean | null;
}

/** A number that was said twice and shown once counts as not shown: what is doubtful must be seen. */
export function markQuotes(text: string, quotes: readonly Quote[]): MarkedWords[] {
  const grounded = new Map<string, boolean>();
  for (const { said, isGrounded } of quotes)
    if (said !== '') grounded.set(said, isGrounded && (grounded.get(said) ?? true));
  if (grounded.size === 0) return [{ words: text, isGrounded: null }];
  const longestFirst = [...grounded.keys()].sort((left, right) => right.length - left.length);
  const numbers = new RegExp(`(?<![\\d.])(?:${longestFirst.map(escaped).join('|')})(?![\\d]|\\.\\d)`, 'g');
  const pieces: MarkedWords[] = [];
  let at = 0;
  for (const { 0: words, index } of text.matchAll(numbers)) {
    if (index > at) pieces.push({ words: text.slice(at, index), isGrounded: null });
    pieces.push({ words, isGrounded: grounded.get(words) ?? false });
    at = index + words.length;
  }
  if (at < text.length) pieces.push({ words: text.slice(at), isGrounded: null });
  return pieces;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
