import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandleSeries } from '#domain/candle.ts';
import type { MarketSnapshot } from '#domain/market.ts';
import { DAY_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import type { ReplayMarket } from '#exchanges/replay/run-replay.ts';
import {
  type CandleFolder,
  candleFile,
  createCandleFolder,
  madeUpCandles,
  RECORDED_MARKET,
  skipWithoutRecordedMarket,
} from '../../support/candle-files.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const FROM_MS = Date.UTC(2025, 0, 1);
const SPAN = { timeframe: '1m', fromMs: FROM_MS, toMs: FROM_MS + 3 * DAY_MS } as const;
const BARS = 6;
/** A missing bar, so that faulty snapshots are compared too. */
const BARS_WITH_HOLE = madeUpCandles(SPAN).filter((_, index) => index !== 3_000);

async function openFolder(folder: CandleFolder): Promise<ReplayMarket> {
  return createReplayMarket({ path: folder.path, symbols: [BTC], barsPerSeries: BARS });
}

function ask(market: ReplayMarket, asOfMs: number, symbols = [BTC], barsPerSeries = BARS) {
  return market.snapshot({ symbols, asOfMs, barsPerSeries, snapshotId: 's' });
}

function columnsOf(series: CandleSeries) {
  const { openAtMs, open, high, low, close, volume } = series;
  return [openAtMs, open, high, low, close, volume].map((column) => [...column]);
}

function plain(snapshot: MarketSnapshot) {
  return {
    faults: snapshot.faults,
    markets: [...snapshot.markets.values()].map(({ ticker, funding, series }) => ({
      ticker,
      funding,
      series: [...series].map(([timeframe, bars]) => [timeframe, columnsOf(bars)]),
    })),
  };
}

function expectOnlyClosedBars(snapshot: MarketSnapshot): void {
  expect(snapshot.faults.map((fault) => fault.code)).not.toContain('unclosed');
  for (const { series, ticker } of snapshot.markets.values()) {
    expect(ticker.atMs).toBeLessThanOrEqual(snapshot.asOfMs);
    for (const [timeframe, bars] of series)
      for (const openAtMs of bars.openAtMs)
        expect(openAtMs + TIMEFRAME_MS[timeframe]).toBeLessThanOrEqual(snapshot.asOfMs);
  }
}

describe('a replay at any instant', () => {
  let folder: CandleFolder;
  let market: ReplayMarket;
  beforeAll(async () => {
    folder = await createCandleFolder(candleFile('MADEUP_BTCUSDT', SPAN, BARS_WITH_HOLE));
    market = await openFolder(folder);
  });
  afterAll(() => folder.remove());
  const instant = fc.integer({ min: FROM_MS, max: SPAN.toMs });

  it('never shows a bar that has not closed', async () => {
    await fc.assert(
      fc.asyncProperty(instant, async (asOfMs) => expectOnlyClosedBars(await ask(market, asOfMs))),
    );
  });

  it('shows the same from files that end at that instant', async () => {
    const later = fc.integer({ min: FROM_MS + 1.2 * DAY_MS, max: SPAN.toMs });
    await fc.assert(
      fc.asyncProperty(later, async (asOfMs) => {
        const known = BARS_WITH_HOLE.filter((bar) => bar.openAtMs + TIMEFRAME_MS['1m'] <= asOfMs);
        const short = await createCandleFolder(candleFile('MADEUP_BTCUSDT', SPAN, known));
        try {
          const shortMarket = await openFolder(short);
          const lastCloseMs = known.at(-1)!.openAtMs + TIMEFRAME_MS['1m'];
          expect(plain(await ask(market, lastCloseMs))).toEqual(plain(await ask(shortMarket, lastCloseMs)));
        } finally {
          await short.remove();
        }
      }),
      { numRuns: 15 },
    );
  });

  it('shows the same however the files are cut', async () => {
    const cutMs = FROM_MS + DAY_MS;
    const pieces = await createCandleFolder({
      ...candleFile(
        'MADEUP_BTCUSDT',
        SPAN,
        BARS_WITH_HOLE.filter((bar) => bar.openAtMs < cutMs + DAY_MS),
      ),
      ...candleFile(
        'MADEUP_BTCUSDT',
        SPAN,
        BARS_WITH_HOLE.filter((bar) => bar.openAtMs >= cutMs),
      ),
    });
    const cutMarket = await openFolder(pieces);
    await fc.assert(
      fc.asyncProperty(instant, async (asOfMs) => {
        expect(plain(await ask(cutMarket, asOfMs))).toEqual(plain(await ask(market, asOfMs)));
      }),
    );
    await pieces.remove();
  });
});

describe('a replay of the recorded market at any instant', () => {
  it('never shows a bar that has not closed, and coarse bars are made of closed fine ones', async (context) => {
    skipWithoutRecordedMarket(context);
    const symbols = [BTC, ETH];
    const market = await createReplayMarket({ path: RECORDED_MARKET, symbols, barsPerSeries: 50 });
    const instant = fc.integer({ min: market.spanMs.from, max: market.spanMs.to! });
    await fc.assert(
      fc.asyncProperty(instant, async (asOfMs) => {
        const snapshot = await ask(market, asOfMs, symbols, 50);
        expect(snapshot.faults).toEqual([]);
        expectOnlyClosedBars(snapshot);
        for (const [symbol, { series }] of snapshot.markets) {
          const hourly = series.get('1h')!;
          const openMs = hourly.openAtMs[49]!;
          const toMs = openMs + TIMEFRAME_MS['1h'];
          const fine = await market.candles({ symbol, timeframe: '5m', fromMs: openMs, toMs });
          expect(hourly.high[49]).toBe(Math.max(...fine.high));
          expect(hourly.low[49]).toBe(Math.min(...fine.low));
          expect(hourly.open[49]).toBe(fine.open[0]);
          expect(hourly.close[49]).toBe(fine.close[11]);
          expect(fine.length).toBe(12);
        }
      }),
    );
  });
});
