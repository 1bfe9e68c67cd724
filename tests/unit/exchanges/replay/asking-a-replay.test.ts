import { describe, expect, it } from 'vitest';
import type { Candle } from '#domain/candle.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { candleFile, fundingFile, madeUpCandles } from '../../../support/candle-files.ts';
import { BTC, ETH, FIVE_DAYS, FROM_MS, replayOf, START_MS, snapshotAt } from './made-up-replay.ts';

describe('asking a replay', () => {
  it('opens a file only when the clock needs it', async () => {
    const nextMs = FROM_MS + 5 * DAY_MS;
    const next = candleFile('MADEUP_BTCUSDT', { ...FIVE_DAYS, fromMs: nextMs, toMs: nextMs + 5 * DAY_MS });
    const [nextName] = Object.keys(next);
    const market = await replayOf({
      ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
      [nextName!]: 'not a candle in sight',
    });
    expect((await snapshotAt(market, nextMs - HOUR_MS)).faults).toEqual([]);
    await expect(snapshotAt(market, nextMs + HOUR_MS)).rejects.toThrow(nextName);
  });

  it('says when it has finished, at the last common close', async () => {
    const endMs = FIVE_DAYS.toMs - 5 * HOUR_MS;
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', { ...FIVE_DAYS, toMs: endMs }),
      },
      { symbols: [BTC, ETH] },
    );
    expect(market.spanMs.to).toBe(endMs);
    expect((await snapshotAt(market, endMs, [BTC, ETH])).faults).toEqual([]);
    await expect(snapshotAt(market, endMs + 1)).rejects.toEqual(
      expect.objectContaining({ code: 'market_finished' }),
    );
  });

  it('keeps a symbol with a gap out and tells the fault, the other one stays', async () => {
    const bars = madeUpCandles(FIVE_DAYS).filter((_, index) => index !== 864);
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', FIVE_DAYS, bars),
      },
      { symbols: [BTC, ETH] },
    );
    const snapshot = await snapshotAt(market, FROM_MS + 3 * DAY_MS + 30 * MINUTE_MS, [BTC, ETH]);
    expect([...snapshot.markets.keys()]).toEqual([BTC]);
    expect(snapshot.faults).toContainEqual(
      expect.objectContaining({ code: 'gap', symbol: ETH, timeframe: '5m' }),
    );
  });

  it.each<[string, Partial<Candle>]>([
    ['negative', { volume: -1 }],
    ['impossible_range', { low: 1e6 }],
  ])('tells a %s bar instead of mending it', async (code, change) => {
    const bars = madeUpCandles(FIVE_DAYS).map((bar, index) => (index === 864 ? { ...bar, ...change } : bar));
    const market = await replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS, bars));
    const { faults, markets } = await snapshotAt(market, FROM_MS + 3 * DAY_MS + 30 * MINUTE_MS);
    expect(markets.size).toBe(0);
    expect(faults.map((fault) => fault.code)).toContain(code);
  });

  it('tells too few bars before its beginning', async () => {
    const market = await replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS));
    const { faults } = await snapshotAt(market, FROM_MS + DAY_MS);
    expect(faults).toEqual([expect.objectContaining({ code: 'too_short', timeframe: '4h' })]);
  });

  it('shows the last close, its time and the turnover of a day', async () => {
    const market = await replayOf(candleFile('MADEUP_BTCUSDT', FIVE_DAYS));
    const { ticker } = (await snapshotAt(market, START_MS + 7 * MINUTE_MS)).markets.get(BTC)!;
    const seen = madeUpCandles({ ...FIVE_DAYS, toMs: START_MS + 5 * MINUTE_MS });
    const turnover = seen
      .slice(-288)
      .reduce((sum, bar) => sum + (bar.volume * (bar.high + bar.low + bar.close)) / 3, 0);
    expect(ticker).toMatchObject({ lastQuote: seen.at(-1)!.close, atMs: START_MS + 5 * MINUTE_MS });
    expect(ticker.quoteVolume24h).toBeCloseTo(turnover, 6);
  });

  it('shows funding where files have it and null where not', async () => {
    const market = await replayOf(
      {
        ...candleFile('MADEUP_BTCUSDT', FIVE_DAYS),
        ...candleFile('MADEUP_ETHUSDT', FIVE_DAYS),
        ...fundingFile('MADEUP_BTCUSDT', [
          [START_MS - 8 * HOUR_MS, 0.0001],
          [START_MS, -0.0002],
        ]),
      },
      { symbols: [BTC, ETH] },
    );
    const { markets } = await snapshotAt(market, START_MS, [BTC, ETH]);
    expect(markets.get(BTC)?.funding).toEqual({ rateFraction: -0.0002, nextAtMs: START_MS + 8 * HOUR_MS });
    expect(markets.get(ETH)).toMatchObject({ funding: null, openInterestQuote: null });
    expect(await market.fundingBetween(ETH, 0, FIVE_DAYS.toMs)).toEqual([]);
  });
});
