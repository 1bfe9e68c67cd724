/** A refusal in OKX's own number and words; `order` where it stands beside one order of an answer. */
export class OkxRefusal extends Error {
  readonly code: string;
  readonly scope: 'call' | 'order';

  constructor(code: string, words: string, scope: 'call' | 'order' = 'call') {
    super(words);
    this.code = code;
    this.scope = scope;
  }
}
