/** What every source of market data owes its readers. Each implementation runs this suite on a case of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import { Instrument } from '#domain/instrument.ts';
import { Funding, type MarketSnapshot, MarketSource, Ticker } from '#domain/market.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS, lastClosedOpenAtMs, MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import { validateSeries } from '#exchanges/candles/validate-series.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';

export interface MarketDataCase {
  readonly market: MarketData;
  /** At least two symbols that are sound at `asOfMs`. */
  readonly symbols: readonly MarketSymbol[];
  /** An instant with the whole look-back before it, at least two hours after the first such one, and inside a bar. */
  readonly asOfMs: EpochMs;
  readonly barsPerSeries: number;
  /** Whether `asOfMs` alone decides the answer; false for a venue, whose past may still be corrected. */
  readonly pure: boolean;
}

export function describeMarketData(name: string, create: () => Promise<MarketDataCase>): void {
  describe(`market data of ${name}`, () => {
    let given: MarketDataCase;
    let market: MarketData;
    beforeAll(async () => {
      given = await create();
      market = given.market;
    });
    afterAll(() => given.market.close());

    const ask = (asOfMs = given.asOfMs, symbols = given.symbols): Promise<MarketSnapshot> =>
      market.snapshot({ symbols, asOfMs, barsPerSeries: given.barsPerSeries, snapshotId: 'snapshot-1' });
    const firstSymbol = () => given.symbols[0]!;

    it('says what it is', () => {
      expect(MarketSource.parse(market.source)).toEqual(market.source);
      expect(TIMEFRAME_MS[market.finestTimeframe]).toBeLessThanOrEqual(TIMEFRAME_MS[market.fastTimeframe]);
    });

    it('offers a valid instrument for every symbol', async () => {
      const instruments = await market.instruments();
      for (const instrument of instruments) expect(Instrument.parse(instrument)).toEqual(instrument);
      expect(instruments.map(({ symbol }) => symbol)).toEqual(expect.arrayContaining([...given.symbols]));
    });

    it('shows every asked symbol with sound candles on every timeframe', async () => {
      const snapshot = await ask();
      expect(snapshot.faults).toEqual([]);
      expect([...snapshot.markets.keys()]).toEqual(given.symbols);
      expect(snapshot).toMatchObject({
        snapshotId: 'snapshot-1',
        asOfMs: given.asOfMs,
        source: market.source,
      });
      expect(snapshot.timeframes).toContain(snapshot.fastTimeframe);
      for (const { series } of snapshot.markets.values()) {
        expect([...series.keys()]).toEqual(snapshot.timeframes);
        for (const one of series.values()) {
          expect(one).toHaveLength(given.barsPerSeries);
          expect(validateSeries(one, { nowMs: given.asOfMs, barsWanted: given.barsPerSeries })).toEqual([]);
        }
      }
    });

    it('shows tickers, funding and open interest that fit the candles', async () => {
      for (const one of (await ask()).markets.values()) {
        const fast = one.series.get(market.fastTimeframe)!;
        expect(Ticker.parse(one.ticker)).toEqual(one.ticker);
        expect(Math.abs(one.ticker.lastQuote / fast.close[fast.length - 1]! - 1)).toBeLessThan(0.1);
        expect(one.instrument.symbol).toBe(one.symbol);
        if (one.funding) expect(Funding.parse(one.funding).nextAtMs).toBeGreaterThan(given.asOfMs);
        expect(one.openInterestQuote).not.toBe(0);
      }
    });

    it('never shows a bar before it has closed', async () => {
      const closeAtMs = Math.floor(given.asOfMs / HOUR_MS) * HOUR_MS;
      for (const asOfMs of [closeAtMs - 1, closeAtMs, closeAtMs + 1]) {
        for (const { series } of (await ask(asOfMs)).markets.values())
          for (const one of series.values())
            expect(one.openAtMs[one.length - 1]).toBe(lastClosedOpenAtMs(asOfMs, one.timeframe));
      }
    });

    it('shows coarse candles that are exactly made of the finest ones', async () => {
      const { markets } = await ask();
      const series = markets.get(firstSymbol())!.series.get('1h')!;
      const fromMs = series.openAtMs[series.length - 2]!;
      const span = { symbol: firstSymbol(), fromMs, toMs: fromMs + 2 * HOUR_MS };
      const fine = await market.candles({ ...span, timeframe: market.finestTimeframe });
      const whole = await market.candles({ ...span, timeframe: '1h' });
      expect(rowsOf(whole)).toEqual(rowsOf(buildTimeframe(fine, '1h')));
      expect(rowsOf(series).slice(-2)).toEqual(rowsOf(whole));
    });

    it('answers a span with the bars that open and close inside it', async () => {
      const endMs = Math.floor(given.asOfMs / HOUR_MS) * HOUR_MS;
      const span = { symbol: firstSymbol(), timeframe: '15m' } as const;
      const bars = await market.candles({ ...span, fromMs: endMs - HOUR_MS + 1, toMs: endMs - 1 });
      expect([...bars.openAtMs]).toEqual([endMs - 45 * MINUTE_MS, endMs - 30 * MINUTE_MS]);
      expect(await market.candles({ ...span, fromMs: endMs, toMs: endMs })).toHaveLength(0);
      expect(await market.candles({ ...span, fromMs: endMs, toMs: endMs - DAY_MS })).toHaveLength(0);
    });

    it('joins two spans into the one they make', async () => {
      const endMs = Math.floor(given.asOfMs / HOUR_MS) * HOUR_MS;
      const candles = (fromMs: EpochMs, toMs: EpochMs) =>
        market.candles({ symbol: firstSymbol(), timeframe: market.fastTimeframe, fromMs, toMs });
      const left = await candles(endMs - 2 * HOUR_MS, endMs - HOUR_MS);
      const right = await candles(endMs - HOUR_MS, endMs);
      expect([...rowsOf(left), ...rowsOf(right)]).toEqual(rowsOf(await candles(endMs - 2 * HOUR_MS, endMs)));
    });

    it('tells funding settlements after the beginning and up to the end of a span, oldest first', async () => {
      const fromMs = given.asOfMs - 2 * DAY_MS;
      const all = await market.fundingBetween(firstSymbol(), fromMs, given.asOfMs);
      for (const [i, { atMs }] of all.entries()) {
        expect(atMs).toBeGreaterThan(i === 0 ? fromMs : all[i - 1]!.atMs);
        expect(atMs).toBeLessThanOrEqual(given.asOfMs);
      }
      const middle = all[Math.floor(all.length / 2)];
      if (!middle) return;
      const before = await market.fundingBetween(firstSymbol(), fromMs, middle.atMs);
      const after = await market.fundingBetween(firstSymbol(), middle.atMs, given.asOfMs);
      expect([...before, ...after]).toEqual(all);
    });

    it('refuses a symbol it does not offer', async () => {
      const symbol = 'NOSUCHCOIN/USDT:USDT';
      const unknown = expect.objectContaining({
        code: 'symbol_unknown',
        message: expect.stringContaining(symbol),
      });
      await expect(ask(given.asOfMs, [firstSymbol(), symbol])).rejects.toEqual(unknown);
      const span = { fromMs: given.asOfMs - HOUR_MS, toMs: given.asOfMs };
      await expect(market.candles({ symbol, timeframe: '1h', ...span })).rejects.toEqual(unknown);
    });

    it('leaves a snapshot as it is when the clock goes on', async () => {
      const earlier = await ask(given.asOfMs - HOUR_MS);
      const before = snapshotRows(earlier);
      await ask();
      expect(snapshotRows(earlier)).toEqual(before);
    });

    it('answers the same in any order and from a new instance', async (context) => {
      if (!given.pure) return context.skip('a venue may correct its past');
      const instants = [0, 7, 61, 119].map((minutes) => given.asOfMs - minutes * MINUTE_MS);
      const forward: unknown[] = [];
      for (const asOfMs of instants) forward.push(snapshotRows(await ask(asOfMs)));
      const other = await create();
      market = other.market;
      const backward: unknown[] = [];
      for (const asOfMs of instants.toReversed()) backward.push(snapshotRows(await ask(asOfMs)));
      market = given.market;
      await other.market.close();
      expect(backward.toReversed()).toEqual(forward);
    });

    it('says that it has finished after its end', async (context) => {
      const endMs = market.spanMs.to;
      if (endMs === null) return context.skip('it has no end');
      const finished = expect.objectContaining({ code: 'market_finished' });
      await expect(ask(endMs + DAY_MS)).rejects.toEqual(finished);
    });
  });
}

/** A series as plain rows, oldest first, for comparison. */
export function rowsOf(series: CandleSeries): number[][] {
  return Array.from(series.openAtMs, (openAtMs, i) => [
    openAtMs,
    series.open[i]!,
    series.high[i]!,
    series.low[i]!,
    series.close[i]!,
    series.volume[i]!,
  ]);
}

function snapshotRows(snapshot: MarketSnapshot): unknown {
  return [...snapshot.markets.values()].map((one) => ({
    ticker: one.ticker,
    funding: one.funding,
    openInterestQuote: one.openInterestQuote,
    series: [...one.series.values()].map(rowsOf),
  }));
}
