/** A walk that is stopped and taken up by another process comes to what one walk would have come to. */
import { describe, expect, it } from 'vitest';
import type { CycleRecord } from '#domain/run.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { createReplayMarket } from '#exchanges/replay/replay-market.ts';
import {
  type BacktestState,
  NOTHING_DONE,
  type StoredBacktest,
  walkBacktest,
} from '#server/backtest/walk-backtest.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { openWalkedDesk, recordsOf, spanOf } from '#tests/support/walked-backtest.ts';

/** Positions are open, then the breaker trips, halts and lets the desk trade again. */
const FROM_MS = Date.UTC(2025, 9, 10, 6);
const TO_MS = Date.UTC(2025, 9, 11, 4);
const STOPS_MS = [5 * MINUTE_MS, 7 * HOUR_MS, 15 * HOUR_MS + 20 * MINUTE_MS, 15.5 * HOUR_MS, 18 * HOUR_MS];

async function crashMarket(): Promise<MarketData> {
  return createReplayMarket({
    ...{ path: RECORDED_MARKET, venue: 'BINANCEUSDM', barsPerSeries: 150 },
    symbols: ['BTC', 'ETH', 'SOL', 'XRP'].map((base) => `${base}/USDT:USDT`),
    ...{ fromMs: FROM_MS, toMs: TO_MS },
  });
}

/** Walks on from what was kept until an instant, and gives what is kept then, as a file would. */
async function walkOn(market: MarketData, begun: StoredBacktest | null, untilMs: number) {
  const opened = await openWalkedDesk(market, FROM_MS, begun?.desk);
  const { desk, records } = recordsOf(opened);
  const stopping = new AbortController();
  const state = await walkBacktest(desk, spanOf(market, FROM_MS, TO_MS), {
    begun: begun ?? NOTHING_DONE,
    signal: stopping.signal,
    async onInstant({ doneToMs }: BacktestState) {
      if (doneToMs !== null && doneToMs >= untilMs) stopping.abort();
    },
  });
  const stored: StoredBacktest = { ...state, desk: await desk.contents() };
  desk.close();
  return { stored: plain(stored), records };
}

/** As a file gives it back: a zero has no sign there. */
function plain<Kept>(kept: Kept): Kept {
  return JSON.parse(JSON.stringify(kept));
}

describe('a backtest that is stopped', () => {
  it('goes on to the same decisions, orders and equity, and repeats nothing', async (context) => {
    skipWithoutRecordedMarket(context);
    const market = await crashMarket();
    const whole = await walkOn(market, null, TO_MS);
    let kept: StoredBacktest | null = null;
    const records: CycleRecord[] = [];
    for (const stopMs of [...STOPS_MS.map((afterMs) => FROM_MS + afterMs), TO_MS]) {
      const walked = await walkOn(market, kept, stopMs);
      expect(walked.stored.doneToMs).toBe(stopMs);
      records.push(...walked.records);
      kept = walked.stored;
    }
    expect(records.map(({ runId }) => runId)).toEqual(whole.records.map(({ runId }) => runId));
    expect(plain(records)).toEqual(plain(whole.records));
    expect(kept?.desk.orders).toEqual(whole.stored.desk.orders);
    expect(kept?.desk.books).toEqual(whole.stored.desk.books);
    expect(kept?.desk.equity).toEqual(whole.stored.desk.equity);
    expect({ ...kept, desk: null }).toEqual({ ...whole.stored, desk: null });
    expect(whole.stored.outcomes.halted).toBeGreaterThan(0);
    expect(whole.stored.desk.orders.trades.length).toBeGreaterThan(3);
  }, 120_000);
});
