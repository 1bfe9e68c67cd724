import { describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, type Timeframe } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { CRASH_AFTER_START_MS } from '#exchanges/generator/crash.ts';
import { createGeneratorMarket, DEFAULT_START_AT_MS } from '#exchanges/generator/generator-market.ts';
import { DEFAULT_SYMBOLS } from '#exchanges/generator/profiles.ts';

const BTC = 'BTC/USDT:USDT';
const crashAtMs = DEFAULT_START_AT_MS + CRASH_AFTER_START_MS;

function marketOf(seed: number) {
  return createGeneratorMarket({ seed, barsPerSeries: 100 });
}

function span(fromMs: EpochMs, lengthMs: number, timeframe: Timeframe, symbol: MarketSymbol = BTC) {
  return { symbol, timeframe, fromMs, toMs: fromMs + lengthMs };
}

describe('generator market', () => {
  it('names its seed and says that it is synthetic and endless', () => {
    const market = marketOf(7);
    expect(market.source).toEqual({ kind: 'generator', name: 'generator seed 7', synthetic: true });
    expect(market.spanMs).toEqual({ from: Date.UTC(2025, 0, 1), to: null });
    expect([market.finestTimeframe, market.fastTimeframe]).toEqual(['1m', '3m']);
  });

  it('makes another market of another seed', async () => {
    const closes = async (seed: number) =>
      (await marketOf(seed).candles(span(DEFAULT_START_AT_MS, DAY_MS, '1h'))).close;
    expect(await closes(1)).not.toEqual(await closes(2));
  });

  it('builds every timeframe exactly from the same minutes, days apart and out of order', async () => {
    const market = marketOf(3);
    const fromMs = DEFAULT_START_AT_MS + 40 * DAY_MS;
    const coarse: Timeframe[] = ['4h', '1h', '15m', '3m', '1d', '30m', '5m', '2h'];
    const direct: CandleSeries[] = [];
    for (const timeframe of coarse) direct.push(await market.candles(span(fromMs, 12 * DAY_MS, timeframe)));
    const minutes = await market.candles(span(fromMs, 12 * DAY_MS, '1m'));
    expect(direct).toEqual(coarse.map((timeframe) => buildTimeframe(minutes, timeframe)));
  });

  it('opens every minute at the close before it, across midnights and session ends', async () => {
    const minutes = await marketOf(5).candles(span(crashAtMs - DAY_MS, 4 * DAY_MS, '1m', 'DOGE/USDT:USDT'));
    expect([...minutes.open.subarray(1)]).toEqual([...minutes.close.subarray(0, -1)]);
  });

  it('keeps prices on the tick and volumes on the step of the instrument', async () => {
    const market = marketOf(7);
    for (const instrument of await market.instruments()) {
      const { symbol, tickSizeQuote, quantityStepBase } = instrument;
      const bars = await market.candles(span(crashAtMs, 2 * HOUR_MS, '1m', symbol));
      for (const column of [bars.open, bars.high, bars.low, bars.close])
        expect([...column].every((price) => isMultiple(price, Number(tickSizeQuote)))).toBe(true);
      expect([...bars.volume].every((amount) => isMultiple(amount, Number(quantityStepBase)))).toBe(true);
    }
  });

  it.each([1, 7, 42, 1_000])(
    'crashes by nearly a fifth within the hour and regains about half of it, with seed %i',
    async (seed) => {
      const minutes = await marketOf(seed).candles(span(crashAtMs - MINUTE_MS, 7 * HOUR_MS, '1m'));
      const before = minutes.close[0]!;
      const bottom = Math.min(...minutes.low.subarray(0, 61));
      const after = minutes.close[minutes.length - 1]!;
      expect(1 - bottom / before).toBeGreaterThan(0.15);
      expect(1 - bottom / before).toBeLessThan(0.21);
      expect((after - bottom) / (before - bottom)).toBeGreaterThan(0.2);
      expect((after - bottom) / (before - bottom)).toBeLessThan(0.8);
    },
  );

  it('trades many times the usual volume in the crash', async () => {
    const hours = await marketOf(7).candles(span(crashAtMs - 4 * HOUR_MS, 6 * HOUR_MS, '1h'));
    expect(hours.volume[4]! / median(hours.volume.subarray(0, 4))).toBeGreaterThan(5);
  });

  it('pays negative funding and loses open interest after the crash', async () => {
    const market = marketOf(7);
    const at = async (asOfMs: EpochMs) => {
      const request = { symbols: [BTC], asOfMs, barsPerSeries: 10, snapshotId: 's' };
      return (await market.snapshot(request)).markets.get(BTC)!;
    };
    const before = await at(crashAtMs - MINUTE_MS);
    const bottom = await at(crashAtMs + 50 * MINUTE_MS);
    expect(bottom.openInterestQuote!).toBeLessThan(0.9 * before.openInterestQuote!);
    const settled = await market.fundingBetween(BTC, crashAtMs + 8 * HOUR_MS, crashAtMs + 16 * HOUR_MS);
    expect(settled.map(({ rateFraction }) => rateFraction < 0)).toEqual([true]);
  });

  it('announces the funding rate that is then settled', async () => {
    const market = marketOf(9);
    const asOfMs = DEFAULT_START_AT_MS + 5 * HOUR_MS;
    const request = { symbols: [BTC], asOfMs, barsPerSeries: 10, snapshotId: 's' };
    const announced = (await market.snapshot(request)).markets.get(BTC)!.funding!;
    expect(await market.fundingBetween(BTC, asOfMs, announced.nextAtMs)).toEqual([
      { atMs: DEFAULT_START_AT_MS + 8 * HOUR_MS, rateFraction: announced.rateFraction },
    ]);
  });

  it.each(['3m', '1h'] as const)(
    'moves its symbols with Bitcoin, on %s returns of 60 quiet days',
    async (timeframe) => {
      const market = marketOf(7);
      const returnsOf = async (symbol: MarketSymbol) =>
        logReturns(
          (await market.candles(span(crashAtMs + 10 * DAY_MS, 60 * DAY_MS, timeframe, symbol))).close,
        );
      const btc = await returnsOf(BTC);
      for (const symbol of DEFAULT_SYMBOLS.slice(1)) {
        const measured = correlation(btc, await returnsOf(symbol));
        expect(measured, symbol).toBeGreaterThan(0.5);
        expect(measured, symbol).toBeLessThan(0.9);
      }
    },
  );

  it('has phases: its wildest hours move many times as much as its calmest', async () => {
    const hours = await marketOf(7).candles(span(DEFAULT_START_AT_MS - 30 * DAY_MS, 30 * DAY_MS, '1h'));
    const ranges = Float64Array.from(hours.high, (high, i) => high / hours.low[i]! - 1).sort();
    expect(
      ranges[Math.floor(ranges.length * 0.98)]! / ranges[Math.floor(ranges.length * 0.1)]!,
    ).toBeGreaterThan(4);
  });

  it('stays near its level a century ahead, and answers there at once', async () => {
    const days = await marketOf(7).candles(span(Date.UTC(2125, 0, 1), 30 * DAY_MS, '1d'));
    for (const close of days.close) {
      expect(close).toBeGreaterThan(30_000);
      expect(close).toBeLessThan(300_000);
    }
  });

  it('invents an altcoin for a symbol it has no profile of, the same in any universe', async () => {
    const symbols = ['ZED/USDT:USDT', BTC];
    const alone = createGeneratorMarket({ seed: 7, symbols: ['ZED/USDT:USDT'], barsPerSeries: 10 });
    const among = createGeneratorMarket({ seed: 7, symbols, barsPerSeries: 10 });
    const asked = span(DEFAULT_START_AT_MS, DAY_MS, '1h', 'ZED/USDT:USDT');
    expect(await alone.candles(asked)).toEqual(await among.candles(asked));
  });

  it('tells that the look-back is too short at the beginning of time', async () => {
    const request = { symbols: [BTC], asOfMs: 10 * HOUR_MS, barsPerSeries: 20, snapshotId: 's' };
    const snapshot = await marketOf(7).snapshot(request);
    expect(snapshot.markets.size).toBe(0);
    expect(snapshot.faults.map(({ code, timeframe }) => [code, timeframe])).toEqual([
      ['too_short', '1h'],
      ['too_short', '4h'],
    ]);
  });
});

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-6;
}

function median(values: Float64Array): number {
  return values.toSorted()[Math.floor(values.length / 2)]!;
}

function logReturns(closes: Float64Array): Float64Array {
  return Float64Array.from(closes.subarray(1), (close, i) => Math.log(close / closes[i]!));
}

function correlation(left: Float64Array, right: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [leftMean, rightMean] = [mean(left), mean(right)];
  let [both, leftSquares, rightSquares] = [0, 0, 0];
  for (let i = 0; i < left.length; i++) {
    const [dl, dr] = [left[i]! - leftMean, right[i]! - rightMean];
    both += dl * dr;
    leftSquares += dl * dl;
    rightSquares += dr * dr;
  }
  return both / Math.sqrt(leftSquares * rightSquares);
}
