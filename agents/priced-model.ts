import type { ModelPrice } from './model-table.ts';

/** What a call to a model is reckoned with. */
export interface PricedModel {
  /** Null where it is unknown. */
  readonly price: ModelPrice | null;
  /** What a model that thinks may think on top of what it says; it is billed as said. */
  readonly thinkingTokens?: number;
}
