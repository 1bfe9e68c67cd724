import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { type CandleSpan, candleFile } from '../../../support/candle-files.ts';
import { BTC, FIVE_DAYS, FROM_MS, replayOf, snapshotAt } from './made-up-replay.ts';

const PEG = 'USDC/USDT:USDT';
const DAY_THREE_MS = FROM_MS + 2 * DAY_MS;
const btc = candleFile('MADEUP_BTCUSDT', FIVE_DAYS);
const watching = { watchOnly: [PEG, 'USDT/USDC:USDC'] };
const peg = (venue: string, over: Partial<CandleSpan> = {}) =>
  candleFile(`${venue}_USDCUSDT`, { ...FIVE_DAYS, timeframe: '1m', priceQuote: 1, ...over });

async function watchedOf(files: Record<string, string>) {
  const { description } = await replayOf({ ...btc, ...files }, watching);
  return description.watched.map(({ symbol, venue, interval }) => `${symbol} ${venue} ${interval}`);
}

describe('what is watched beside a replay and not traded', () => {
  it('has bars and no instrument, built to the interval of the replay', async () => {
    const market = await replayOf({ ...btc, ...peg('ELSEWHERE') }, watching);
    expect(await market.watchOnly?.()).toEqual([PEG]);
    expect((await market.instruments()).map(({ symbol }) => symbol)).toEqual([BTC]);
    await expect(snapshotAt(market, DAY_THREE_MS, [PEG])).rejects.toMatchObject({ code: 'symbol_unknown' });
    const span = { fromMs: DAY_THREE_MS, toMs: DAY_THREE_MS + 12 * MINUTE_MS };
    const bars = await market.candles({ symbol: PEG, timeframe: '5m', ...span });
    expect([...bars.openAtMs]).toEqual([DAY_THREE_MS, DAY_THREE_MS + 5 * MINUTE_MS]);
    const fine = await replayOf({ ...peg('ELSEWHERE') }, { symbols: [PEG] });
    const expected = await fine.candles({ symbol: PEG, timeframe: '5m', ...span });
    expect([...bars.close]).toEqual([...expected.close]);
  });

  it('neither bounds the replay nor moves its start, and has no more bars after its own end', async () => {
    const endMs = DAY_THREE_MS + HOUR_MS;
    const market = await replayOf(
      { ...btc, ...peg('MADEUP', { fromMs: DAY_THREE_MS, toMs: endMs }) },
      watching,
    );
    const alone = await replayOf(btc);
    expect([market.spanMs, market.description.startAtMs]).toEqual([
      alone.spanMs,
      alone.description.startAtMs,
    ]);
    const request = { symbol: PEG, timeframe: '5m', fromMs: endMs, toMs: endMs + DAY_MS } as const;
    expect((await market.candles(request)).length).toBe(0);
  });

  it('is told with its files, which count as used', async () => {
    const files = peg('ELSEWHERE');
    const { description } = await replayOf({ ...btc, ...files }, watching);
    expect(description.watched).toEqual([
      { symbol: PEG, venue: 'ELSEWHERE', interval: '1m', files: Object.keys(files) },
    ]);
    expect(description.ignored).toEqual({});
  });

  it.each([
    ['the one of the replay’s venue', [peg('ABROAD'), peg('MADEUP')], 'MADEUP 1m'],
    ['the one with more days of it', [peg('MADEUP', { toMs: DAY_THREE_MS }), peg('ABROAD')], 'ABROAD 1m'],
    ['the finest of as many days', [peg('ABROAD', { timeframe: '5m' }), peg('ABROAD')], 'ABROAD 1m'],
  ])('is of several series %s', async (_which, files, expected) => {
    expect(await watchedOf(Object.assign({}, ...files))).toEqual([`${PEG} ${expected}`]);
  });

  it.each([
    ['too coarse to be built from', peg('MADEUP', { timeframe: '15m' })],
    ['of another interval that does not fit', peg('MADEUP', { timeframe: '3m' })],
    ['of another time', peg('MADEUP', { fromMs: FIVE_DAYS.toMs, toMs: FIVE_DAYS.toMs + DAY_MS })],
    ['of no pegged pair', candleFile('MADEUP_ETHUSDT', FIVE_DAYS)],
  ])('is nothing where there are only bars %s', async (_what, files) => {
    expect(await watchedOf(files)).toEqual([]);
  });

  it('is traded, not watched, where it is asked for by name', async () => {
    const files = { ...btc, ...candleFile('MADEUP_USDCUSDT', { ...FIVE_DAYS, priceQuote: 1 }) };
    const market = await replayOf(files, { symbols: [BTC, PEG], ...watching });
    expect(await market.watchOnly?.()).toEqual([]);
    expect((await snapshotAt(market, DAY_THREE_MS, [PEG])).faults).toEqual([]);
  });
});
