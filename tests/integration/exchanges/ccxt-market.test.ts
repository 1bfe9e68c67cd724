import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import type { MarketData } from '#exchanges/ports/market-data.ts';
import { VENUE_NOW_MS } from '../../support/venue/market-feed.ts';
import { startVenue, type TestVenue } from '../../support/venue/start-venue.ts';
import type { FaultEffect } from '../../support/venue/venue-faults.ts';
import { skipWithoutExchangeInfo } from '../../support/venue/venue-symbols.ts';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const BARS = 10;

describe('ccxt market', () => {
  let nowMs: EpochMs;
  let venue: TestVenue;
  let requestsSeen: number;
  let market: MarketData;
  const wallClock = { nowMs: () => nowMs };

  beforeEach(async (context) => {
    skipWithoutExchangeInfo(context);
    nowMs = VENUE_NOW_MS;
    requestsSeen = 0;
    venue = await startVenue({ clock: wallClock, listings: 'recorded', prices: 'generator' });
    const options = { symbols: [BTC, ETH], barsPerSeries: BARS, baseUrl: venue.baseUrl, wallClock };
    market = await createCcxtMarket({ exchangeId: 'binanceusdm', ...options });
  });
  afterEach(async () => {
    await market?.close();
    await venue?.close();
  });

  const ask = (symbols: MarketSymbol[] = [BTC], asOfMs = nowMs, barsPerSeries = BARS) =>
    market.snapshot({ symbols, asOfMs, barsPerSeries, snapshotId: 's' });
  /** What was asked since the last call. */
  function takeRequests() {
    const taken = venue.requests.slice(requestsSeen);
    requestsSeen = venue.requests.length;
    return taken;
  }
  const askedPaths = () => takeRequests().map(({ path }) => path.slice('/fapi/v1/'.length));
  const breakDown = (effect: FaultEffect) => venue.faults.add({ times: null, effect });

  it('asks the venue nothing before the first question, and never for currencies', async () => {
    expect(takeRequests()).toEqual([]);
    await ask();
    expect(new Set(askedPaths())).toEqual(
      new Set(['exchangeInfo', 'time', 'klines', 'ticker/24hr', 'premiumIndex', 'openInterest']),
    );
  });

  it('reads steps, limits and fees from the recorded exchange information', async () => {
    const [btc] = await market.instruments();
    expect(btc).toEqual({
      symbol: BTC,
      tickSizeQuote: '0.01',
      quantityStepBase: '0.001',
      minQuantityBase: '0.001',
      maxQuantityBase: '200',
      minNotionalQuote: '5',
      maxLeverage: 10,
      maintenanceMarginFraction: 0.025,
      takerFeeFraction: 0.0005,
      makerFeeFraction: 0.0002,
    });
  });

  it('drops the last bar while it is open', async () => {
    const fast = (await ask()).markets.get(BTC)!.series.get('3m')!;
    expect(fast.openAtMs[fast.length - 1]).toBe(VENUE_NOW_MS - 7 * SECOND_MS - 4 * MINUTE_MS);
    expect(fast).toHaveLength(BARS);
  });

  it('drops an open bar even where a gap makes room for it', async () => {
    venue.settings.gappedSymbol = 'BTCUSDT';
    const toMs = nowMs - 7 * SECOND_MS;
    const bars = await market.candles({ symbol: BTC, timeframe: '1m', fromMs: toMs - 10 * MINUTE_MS, toMs });
    expect(bars).toHaveLength(9);
    expect(bars.openAtMs[8]).toBe(toMs - MINUTE_MS);
  });

  it('fetches no candle again before the next close, then only the missing one', async () => {
    await ask();
    takeRequests();
    nowMs += 20 * SECOND_MS;
    await ask();
    expect(askedPaths()).toEqual([]);

    nowMs += 3 * MINUTE_MS;
    const fast = (await ask()).markets.get(BTC)!.series.get('3m')!;
    expect(fast).toHaveLength(BARS);
    expect(fast.openAtMs[fast.length - 1]).toBe(VENUE_NOW_MS - 7 * SECOND_MS - MINUTE_MS);
    const asked = takeRequests().filter(({ path }) => path.endsWith('klines'));
    // 00:15 has passed as well; the last bar known is asked for once more.
    expect(asked.map(({ parameters }) => `${parameters.interval} × ${parameters.limit}`)).toEqual([
      '3m × 2',
      '15m × 2',
    ]);
  });

  it('answers a past instant from its candles, without the words of the present', async () => {
    await ask();
    takeRequests();
    const past = (await ask([BTC], nowMs - HOUR_MS)).markets.get(BTC)!;
    const fast = past.series.get('3m')!;
    expect(askedPaths()).toEqual([]);
    expect(past).toMatchObject({ funding: null, openInterestQuote: null });
    expect(past.ticker.lastQuote).toBe(fast.close[fast.length - 1]);
    expect(past.ticker.atMs).toBeLessThanOrEqual(nowMs - HOUR_MS);
  });

  it('fetches a longer look-back page by page', async () => {
    const toMs = nowMs - 7 * SECOND_MS;
    const span = { symbol: BTC, timeframe: '1m', fromMs: toMs - 20 * HOUR_MS, toMs } as const;
    expect(await market.candles(span)).toHaveLength(20 * 60);
    expect(askedPaths().filter((path) => path === 'klines')).toHaveLength(2);
  });

  it('reads on past an empty page, since some venues answer a page’s length of time and no more', async () => {
    const toMs = nowMs - 7 * SECOND_MS;
    const fromMs = toMs - 20 * HOUR_MS;
    await market.instruments();
    takeRequests();
    venue.faults.add({ path: '/klines', effect: { kind: 'empty-list' } });
    const bars = await market.candles({ symbol: BTC, timeframe: '1m', fromMs, toMs });
    expect(bars).toHaveLength(700);
    const asked = takeRequests().filter(({ path }) => path.endsWith('klines'));
    expect(asked.map(({ parameters }) => Number(parameters.startTime))).toEqual([
      fromMs,
      fromMs + 500 * MINUTE_MS,
    ]);
  });

  it('keeps a symbol with a stale candle out, and tells why', async () => {
    venue.settings.staleSymbol = 'ETHUSDT';
    const snapshot = await ask([BTC, ETH]);
    expect([...snapshot.markets.keys()]).toEqual([BTC]);
    expect(new Set(snapshot.faults.map(({ symbol }) => symbol))).toEqual(new Set([ETH]));
    expect(snapshot.faults.map(({ code }) => code)).toContain('stale');

    venue.settings.staleSymbol = null;
    expect((await ask([BTC, ETH])).faults).toEqual([]);
  });

  it('keeps a symbol with a gap out, and mends nothing', async () => {
    venue.settings.gappedSymbol = 'BTCUSDT';
    const snapshot = await ask([BTC, ETH]);
    expect([...snapshot.markets.keys()]).toEqual([ETH]);
    expect(snapshot.faults.map(({ code }) => code)).toContain('gap');
  });

  it('asks about a gap again after a minute, and takes what the venue has mended', async () => {
    venue.settings.gappedSymbol = 'BTCUSDT';
    expect((await ask()).faults.map(({ code }) => code)).toContain('gap');
    takeRequests();
    venue.settings.gappedSymbol = null;
    nowMs += 50 * SECOND_MS;
    expect((await ask()).faults.map(({ code }) => code)).toContain('gap');
    expect(askedPaths()).not.toContain('klines');

    nowMs += 10 * SECOND_MS;
    expect((await ask()).faults).toEqual([]);
    const asked = takeRequests().filter(({ path }) => path.endsWith('klines'));
    expect(asked.map(({ parameters }) => parameters.interval)).toEqual(['3m', '15m', '1h', '4h']);
    nowMs += 10 * SECOND_MS;
    await ask();
    expect(askedPaths()).not.toContain('klines');
  });

  it('tells one failing symbol as unavailable and goes on with the others', async () => {
    venue.settings.brokenSymbol = 'ETHUSDT';
    const snapshot = await ask([BTC, ETH]);
    expect([...snapshot.markets.keys()]).toEqual([BTC]);
    expect(snapshot.faults).toEqual([
      expect.objectContaining({ symbol: ETH, code: 'unavailable', message: expect.stringContaining(ETH) }),
    ]);
  });

  it.each<FaultEffect>([
    { kind: 'dropped', executed: false },
    { kind: 'banned', forMs: 0 },
    { kind: 'service-unavailable' },
  ])('says how to go on when the venue is down ($kind), and recovers with it', async (down) => {
    breakDown(down);
    await expect(ask()).rejects.toMatchObject({
      code: 'venue_unavailable',
      message: expect.stringMatching(/binanceusdm .*EXCHANGE_BASE_URL.*VIGIL_MARKET=replay/),
    });
    venue.faults.clear();
    nowMs += 30 * SECOND_MS; // a ban is waited out
    expect((await ask()).markets.has(BTC)).toBe(true);

    nowMs += 5 * MINUTE_MS;
    breakDown(down);
    await expect(ask()).rejects.toMatchObject({ code: 'venue_unavailable' });
    venue.faults.clear();
    nowMs += 30 * SECOND_MS; // a ban is waited out
    expect((await ask()).faults).toEqual([]);
  });

  it('sends a call that fails once and never again by itself', async () => {
    await ask();
    takeRequests();
    breakDown({ kind: 'service-unavailable' });
    const span = { symbol: BTC, timeframe: '1m', fromMs: nowMs - HOUR_MS, toMs: nowMs } as const;
    await expect(market.candles(span)).rejects.toMatchObject({ code: 'venue_unavailable' });
    expect(takeRequests()).toHaveLength(1);
  });

  it.each([
    [6_000, 'behind'],
    [-6_000, 'ahead of'],
  ])('refuses when the clocks are %i ms apart', async (clockAheadMs, side) => {
    venue.settings.clockAheadMs = clockAheadMs;
    const message = expect.stringContaining(`6000 ms ${side} binanceusdm, limit 5000 ms`);
    await expect(ask()).rejects.toMatchObject({ code: 'clock_skew', message });
  });

  it('waits with a bar until it has closed on the venue’s clock', async () => {
    venue.settings.clockAheadMs = -3 * SECOND_MS;
    nowMs = VENUE_NOW_MS - 5 * SECOND_MS + 2 * MINUTE_MS;
    const snapshot = await ask();
    const stale = snapshot.faults.filter(({ code }) => code === 'stale');
    expect(stale.map(({ timeframe }) => timeframe)).toEqual(['3m', '15m']);
  });

  it('tells the settled funding of a span', async () => {
    const settled = await market.fundingBetween(BTC, nowMs - 24 * HOUR_MS, nowMs);
    expect(settled.map(({ atMs }) => atMs % (8 * HOUR_MS))).toEqual([0, 0, 0]);
  });

  it('refuses a symbol the venue does not list', async () => {
    const options = { barsPerSeries: BARS, baseUrl: venue.baseUrl, wallClock };
    const symbols: MarketSymbol[] = ['NOSUCHCOIN/USDT:USDT'];
    const other = await createCcxtMarket({ exchangeId: 'binanceusdm', symbols, ...options });
    await expect(other.instruments()).rejects.toMatchObject({ code: 'symbol_unknown' });
    await other.close();
  });
});
