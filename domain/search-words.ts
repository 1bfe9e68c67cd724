/**
 * Words as a search knows them: runs of letters and digits in lower case, a number with its decimals in one piece. All
 * else parts words, so that `BTC/USDT:USDT` holds btc and usdt, and `stop_missing` is stop followed by missing.
 */
const WORD = /\p{N}+(?:[.,]\p{N}+)*(?![\p{L}\p{M}\p{N}])|[\p{L}\p{M}\p{N}]+/gu;
const NUMBER = /^[\p{N}.,]+$/u;
/** Longer ones are encoded data, and are known by their beginning. */
const MOST_LETTERS = 64;

export interface FoundWord {
  readonly word: string;
  /** Where it stands in the text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/** In their order. */
export function* wordsIn(text: string): Generator<FoundWord> {
  for (const found of text.matchAll(WORD)) {
    const [written] = found;
    yield { word: foldedWord(written), from: found.index, to: found.index + written.length };
  }
}

export function isNumberWord(word: string): boolean {
  return NUMBER.test(word);
}

function foldedWord(written: string): string {
  return written.normalize('NFC').toLowerCase().slice(0, MOST_LETTERS);
}
