/** A refusal in Bybit's own number and words; its HTTP status is 200. */
export class BybitRefusal extends Error {
  readonly retCode: number;

  constructor(retCode: number, words: string) {
    super(words);
    this.retCode = retCode;
  }
}
