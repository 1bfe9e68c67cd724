/** What a table of routes looks like, and the weights the venue counts. */
import type { FillPlan } from './matching.ts';
import type { RequestParameters } from './request-parameters.ts';
import type { VenueEngine } from './venue-engine.ts';

export interface RouteCall {
  readonly engine: VenueEngine;
  readonly parameters: RequestParameters;
  readonly fillPlan: FillPlan | undefined;
  readonly settings: VenueSettings;
}

/** What a test may change while the venue runs. */
export interface VenueSettings {
  /** How far the venue's clock is ahead of its own trading time, as clients see it. */
  clockAheadMs: number;
  /** Whether a stale timestamp is refused; for tests whose clock is not ccxt's. */
  checksTimestamps: boolean;
  /** Whether the key may withdraw: a key that must not be used. */
  keyMayWithdraw: boolean;
  /** Whether the key may trade futures. */
  keyMayTrade: boolean;
  /** Leaves out the newest closed bar of this symbol, such as `ETHUSDT`. */
  staleSymbol: string | null;
  /** Leaves out a bar in the middle of this symbol's candles. */
  gappedSymbol: string | null;
  /** Has no candles of this symbol that open in the span. */
  candleHole: { readonly symbol: string; readonly fromMs: number; readonly toMs: number } | null;
  /** Gives candles of this symbol whose low is above their high. */
  spoiltSymbol: string | null;
  /** Refuses every question about this symbol. */
  brokenSymbol: string | null;
  /** Whether the weight of an address is counted: a test may start more processes in a minute than a desk in a day. */
  countsWeight: boolean;
  /** Fills by their ids that the venue does not tell yet, as it may be late with any of them. */
  untoldFills: readonly number[];
}

export interface Route {
  readonly isPrivate: boolean;
  readonly weight: Weight;
  /** The weight when no symbol is named. */
  readonly weightOfAll: Weight;
  readonly answer: (call: RouteCall) => unknown;
}

/** A fixed weight, or one that grows with the limit that is asked for. */
type Weight = number | ((limit: number | null) => number);

/** Keyed by method and path: `GET /fapi/v1/time`. */
export type Routes = Readonly<Record<string, Route>>;

export function open(weight: Weight, answer: Route['answer'], weightOfAll: Weight = weight): Route {
  return { isPrivate: false, weight, weightOfAll, answer };
}

export function signed(weight: Weight, answer: Route['answer'], weightOfAll: Weight = weight): Route {
  return { isPrivate: true, weight, weightOfAll, answer };
}

/** What a call counts for; the venue counts the unknown as one. */
export function weightOf(route: Route | undefined, sent: URLSearchParams): number {
  if (!route) return 1;
  const weight = sent.has('symbol') ? route.weight : route.weightOfAll;
  const limit = sent.get('limit');
  return typeof weight === 'number' ? weight : weight(limit === null ? null : Number(limit));
}
