/** Bars a test writes by hand, a minute each, and costs with round numbers. */
import { type CandleSeries, seriesOf } from '#domain/candle.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import type { OutcomeTerms, SizedProposal } from '#tools/performance/simulate-outcome.ts';

export const DECIDED_AT_MS = Date.UTC(2026, 0, 5, 7, 58);

export type Bar = readonly [open: number, high: number, low: number, close: number];

/** From the decision on, one after the other; `volume` of each is 1,000. */
export function barsOf(bars: readonly Bar[], fromMs = DECIDED_AT_MS): CandleSeries {
  return seriesOf(
    BTC,
    '1m',
    bars.map(([open, high, low, close], index) => ({
      openAtMs: fromMs + index * MINUTE_MS,
      ...{ open, high, low, close, volume: 1_000 },
    })),
  );
}

/** Two long from 100, stop at 98, target at 104. */
export function longOf(over: Partial<SizedProposal> = {}): SizedProposal {
  return {
    side: 'long',
    quantityBase: '2',
    entryPriceQuote: '100',
    stopPriceQuote: '98',
    targetPriceQuote: '104',
    atMs: DECIDED_AT_MS,
    ...over,
  };
}

/** A tenth of a percent of fee, no slippage. */
export function termsOf(over: Partial<OutcomeTerms> = {}): OutcomeTerms {
  return {
    takerFeeFraction: 0.001,
    tickSizeQuote: '0.01',
    halfSpreadFraction: 0,
    impactFraction: 0,
    volumeShareFraction: 1,
    fundings: [],
    ...over,
  };
}
