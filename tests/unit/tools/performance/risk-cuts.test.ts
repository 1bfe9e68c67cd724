import { describe, expect, it } from 'vitest';
import { type CandleSeries, sliceSeries } from '#domain/candle.ts';
import type { PastCycle } from '#domain/feedback.ts';
import type { SymbolMarket } from '#domain/market.ts';
import type { Verdict } from '#domain/proposal.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { PAPER_SETTINGS } from '#exchanges/paper/paper-settings.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { BTC, ETH, proposalOf, verdictOn } from '#tests/support/agent-fixtures.ts';
import { judgeOn } from '#tools/performance/judge-cut.ts';
import { riskCuts, tallyCuts } from '#tools/performance/risk-cuts.ts';
import { type Bar, barsOf, DECIDED_AT_MS, longOf } from './made-bars.ts';

const NO_COSTS = { halfSpreadFraction: 0, impactFraction: 0, volumeShareFraction: 1 };

/** A cycle that far after the first, whose open for two was cut down to `keptBase`; null where it was kept. */
function cycleAt(minutesAfter: number, keptBase: string | null, symbol = BTC): PastCycle {
  const asOfMs = DECIDED_AT_MS + minutesAfter * MINUTE_MS;
  const proposal = proposalOf(symbol, { ...longOf(), atMs: asOfMs });
  const verdicts: Verdict[] = [verdictOn(proposal)];
  if (keptBase !== null) {
    const outcome = keptBase === '0' ? 'denied' : 'resized';
    verdicts.push(verdictOn(proposal, { stage: 'risk', outcome, quantityBase: keptBase }));
  }
  return { asOfMs, proposals: [proposal], verdicts };
}

function marketOf(bars: CandleSeries, coarser?: CandleSeries): ReadonlyMap<string, SymbolMarket> {
  const instrument = {
    ...{ symbol: BTC, tickSizeQuote: '0.01', quantityStepBase: '0.001', minQuantityBase: '0.001' },
    ...{ maxQuantityBase: '1000', minNotionalQuote: '5', maxLeverage: 50 },
    ...{ maintenanceMarginFraction: 0.01, takerFeeFraction: 0.001, makerFeeFraction: 0 },
  };
  const series = new Map([[bars.timeframe, bars]]);
  if (coarser !== undefined) series.set(coarser.timeframe, coarser);
  const ticker = { lastQuote: 100, atMs: DECIDED_AT_MS, quoteVolume24h: null };
  return new Map([
    [BTC, { symbol: BTC, instrument, series, ticker, funding: null, openInterestQuote: null }],
  ]);
}

const FLAT: Bar = [100, 100.5, 99.5, 100];
const FALLS: Bar = [100, 100, 97, 97.5];
const RISES: Bar = [100, 105, 100, 104.5];

const tallyOn = (bars: readonly Bar[], ...cycles: PastCycle[]) =>
  tallyCuts(cycles, judgeOn(marketOf(barsOf(bars)), NO_COSTS));

describe('what the Risk agent cut', () => {
  it('is what the gate had left of an open, less what the review kept', () => {
    expect(riskCuts(cycleAt(0, '0'))).toMatchObject([{ cutBase: '2', isRefusal: true }]);
    expect(riskCuts(cycleAt(0, '0.5'))).toMatchObject([{ cutBase: '1.5', isRefusal: false }]);
    expect(riskCuts(cycleAt(0, null))).toEqual([]);
    expect(riskCuts(cycleAt(0, '2'))).toEqual([]);
  });

  it('saved the loss of what went to its stop, fees included', () => {
    // 2 × (100 − 98) lost, and a tenth of a percent of 200 and of 196 in fees.
    expect(tallyOn([FLAT, FALLS], cycleAt(0, '0'))).toEqual({
      ...{ refused: 1, shrunk: 0, decided: 1, undecided: 0 },
      ...{ savedQuote: '4.396', missedQuote: '0', netQuote: '4.396' },
    });
  });

  it('missed the gain of what went to its target, in the share that was cut', () => {
    // 0.5 × 4 won, less a tenth of a percent of 50 and of 52.
    expect(tallyOn([FLAT, RISES], cycleAt(0, '1.5'))).toMatchObject({
      ...{ refused: 0, shrunk: 1, decided: 1, savedQuote: '0', missedQuote: '1.898', netQuote: '-1.898' },
    });
  });

  it('is undecided while neither is reached, and where no candles reach back to it', () => {
    expect(tallyOn([FLAT, FLAT], cycleAt(0, '0'))).toMatchObject({ decided: 0, undecided: 1, netQuote: '0' });
    expect(tallyOn([FALLS], cycleAt(-30, '0'))).toMatchObject({ decided: 0, undecided: 1 });
    expect(tallyOn([FALLS], cycleAt(0, '0', ETH))).toMatchObject({ decided: 0, undecided: 1 });
  });

  it('is reckoned once where one trade is refused cycle after cycle, and again when that one has ended', () => {
    const again = tallyOn(
      [FLAT, FLAT, FALLS, FLAT, FALLS],
      cycleAt(0, '0'),
      cycleAt(1, '0'),
      cycleAt(3, '0'),
    );
    expect(again).toMatchObject({ refused: 3, decided: 2, undecided: 0, savedQuote: '8.792' });
  });

  it('takes no notice of a candle from after the frozen market, nor of one from before the decision', () => {
    const bars = barsOf([FALLS, FLAT, FLAT, FALLS], DECIDED_AT_MS - MINUTE_MS);
    const seen = (until: number) =>
      tallyCuts([cycleAt(0, '0')], judgeOn(marketOf(sliceSeries(bars, 0, until)), NO_COSTS));
    expect(seen(3)).toMatchObject({ decided: 0, undecided: 1 });
    expect(seen(4)).toMatchObject({ decided: 1, savedQuote: '4.396' });
  });

  it('is judged on the finest candles that reach back to it', () => {
    const short = barsOf([FLAT, FLAT], DECIDED_AT_MS + 10 * MINUTE_MS);
    const long: CandleSeries = { ...barsOf([FLAT, FALLS]), timeframe: '15m' };
    const judged = tallyCuts([cycleAt(0, '0')], judgeOn(marketOf(short, long), NO_COSTS));
    expect(judged).toMatchObject({ decided: 1, savedQuote: '4.396' });
  });
});

it('assumes for taking what the paper venue charges', () => {
  const { halfSpreadFraction, impactFraction, volumeShareFraction } = PAPER_SETTINGS;
  expect(DEFAULT_SETTINGS.assumedCosts).toEqual({ halfSpreadFraction, impactFraction, volumeShareFraction });
});
