import { beforeEach, describe, expect, it } from 'vitest';
import type { SpikeNotice } from '#domain/signal.ts';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { buildTimeframe } from '#exchanges/candles/build-timeframe.ts';
import type { CandleRequest, MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';
import { createSpikeWatch, type SpikeWatch } from '#server/engine/spike-watch.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, ETH, instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { createScriptedMarket, type ScriptedMarket } from '#tests/unit/exchanges/paper/scripted-market.ts';

const MOST_PER_HOUR = 5;

let market: ScriptedMarket;
let listeners: Set<(tick: PriceTick) => void>;
let notices: SpikeNotice[];
let warned: string[];
let isAway: boolean;
let canRemember: boolean;

beforeEach(() => {
  market = createScriptedMarket(
    [BTC, ETH].map((symbol) => instrumentOf(symbol)),
    { close: 100, volumeBase: 10 },
  );
  listeners = new Set();
  notices = [];
  warned = [];
  isAway = false;
  canRemember = true;
});

const stream: MarketStream = {
  onPrice(symbols, listener) {
    const own = (tick: PriceTick) => symbols.includes(tick.symbol) && listener(tick);
    listeners.add(own);
    return () => listeners.delete(own);
  },
  latest: () => null,
  liquidations: () => null,
  health: () => ({ state: 'streaming', lastPriceAtMs: null, ignored: 0 }),
};

async function candles(request: CandleRequest) {
  if (isAway) throw new Error('away');
  return buildTimeframe(await market.data.candles({ ...request, timeframe: '1m' }), request.timeframe);
}

function openWatch({ pushes = true } = {}): SpikeWatch {
  return createSpikeWatch({
    market: { finestTimeframe: '1m', candles, ...(pushes && { stream }) },
    nowMs: market.clock.nowMs,
    toldLately: async () => (canRemember ? [...notices] : Promise.reject(new Error('the database is away'))),
    onSpike: (notice) => notices.push(notice),
    mostPerHour: MOST_PER_HOUR,
    logger: { ...SILENT_LOGGER, warn: (_fields, words) => warned.push(words) },
  });
}

/** Minutes that swing by a tenth of a percent around 100. */
function calmMinutes(count: number): void {
  for (let i = 0; i < count; i++) {
    const close = [100.1, 100, 99.9, 100][i % 4] ?? 100;
    market.minute({ [BTC]: [100, close, close, close], [ETH]: [100, close, close, close] }, 9 + (i % 3));
  }
}

function minuteTo(close: number, volumeBase = 10): void {
  market.minute({ [BTC]: [100, close, close, close] }, volumeBase);
}

function push(priceQuote: number, { symbol = BTC, atMs = market.clock.nowMs() } = {}): void {
  for (const listener of listeners) listener({ symbol, kind: 'last', priceQuote, atMs });
}

const words = () =>
  notices.map(({ symbol, timeframe, kind, direction }) => [symbol, timeframe, kind, direction]);

describe('the watch for spikes', () => {
  it('tells one in the moment of the pushed price that makes it, once, and nothing more at the close', async () => {
    calmMinutes(300);
    const watch = openWatch();
    await watch.look([BTC, ETH]);
    market.wait(10 * SECOND_MS);
    push(100.1);
    expect(notices).toEqual([]);
    push(103);
    expect(words()).toEqual([[BTC, '1m', 'price', 'up']]);
    expect(notices[0]).toMatchObject({
      atMs: market.clock.nowMs(),
      barOpenAtMs: market.clock.nowMs() - 10_000,
    });
    push(103.1);
    minuteTo(103.1);
    await watch.look([BTC, ETH]);
    expect(notices).toHaveLength(1);
    expect(watch.health()).toMatchObject({ symbols: 2, signals: { told: 1 }, ignored: 0 });
  });

  it('tells moves and bursts of volume at the close of their bar where nothing is pushed', async () => {
    calmMinutes(300);
    const watch = openWatch({ pushes: false });
    await watch.look([BTC, ETH]);
    minuteTo(103, 5_000);
    await watch.look([BTC, ETH]);
    expect(words()).toEqual([
      [BTC, '1m', 'both', 'up'],
      [ETH, '1m', 'volume', 'up'],
    ]);
  });

  it('tells a beginning what has just happened and not what is long over, and never what was told before', async () => {
    calmMinutes(300);
    minuteTo(103);
    calmMinutes(7);
    minuteTo(97);
    await openWatch().look([BTC]);
    expect(words()).toEqual([[BTC, '1m', 'price', 'down']]);
    const next = openWatch();
    await next.look([BTC]);
    expect(notices).toHaveLength(1);
    expect(next.health().signals).toMatchObject({ told: 0, repeated: 1 });
  });

  it('knows what is usual of a symbol that joins, and lets go of one that leaves', async () => {
    calmMinutes(300);
    const watch = openWatch();
    await watch.look([BTC]);
    push(103, { symbol: ETH });
    expect(notices).toEqual([]);
    await watch.look([BTC, ETH]);
    push(103, { symbol: ETH });
    expect(words()).toEqual([[ETH, '1m', 'price', 'up']]);
    await watch.look([ETH]);
    expect(listeners.size).toBe(1);
    push(103);
    expect(notices).toHaveLength(1);
    expect(watch.health().symbols).toBe(1);
    watch.close();
    expect(listeners.size).toBe(0);
  });

  it('ignores and counts prices that cannot be true, and is none the worse for them', async () => {
    calmMinutes(300);
    const watch = openWatch();
    await watch.look([BTC]);
    const openAtMs = market.clock.nowMs();
    market.wait(30 * SECOND_MS);
    push(100);
    for (const price of [Number.NaN, 0, -5, Infinity, 1e9 * 100, 1e-9 * 100]) push(price);
    for (const atMs of [openAtMs + 40 * SECOND_MS, 1e15, Number.NaN, 0.5]) push(103, { atMs });
    push(103, { atMs: openAtMs - MINUTE_MS });
    push(103, { atMs: openAtMs + 5 * SECOND_MS });
    expect(notices).toEqual([]);
    expect(watch.health().ignored).toBe(10);
    push(103);
    expect(words()).toEqual([[BTC, '1m', 'price', 'up']]);
    await watch.look([]);
    expect(watch.health()).toMatchObject({ symbols: 0, ignored: 10 });
  });

  it('tells no more than so many of a symbol in an hour, and goes on in the next', async () => {
    calmMinutes(300);
    const watch = openWatch();
    for (let i = 0; i < 60; i++) {
      await watch.look([BTC]);
      push(i % 2 === 0 ? 140 : 60);
      push(i % 2 === 0 ? 60 : 140);
      calmMinutes(1);
    }
    expect(notices).toHaveLength(MOST_PER_HOUR);
    expect(watch.health().signals.over_limit).toBeGreaterThan(20);
    calmMinutes(300);
    await watch.look([BTC]);
    push(140);
    expect(notices).toHaveLength(MOST_PER_HOUR + 1);
  });

  it('goes on after a gap with what is usual now', async () => {
    calmMinutes(300);
    const watch = openWatch({ pushes: false });
    await watch.look([BTC]);
    isAway = true;
    calmMinutes(3);
    for (let again = 0; again < 3; again++) await watch.look([BTC]);
    expect(warned).toEqual(['the watch for spikes cannot read a symbol']);
    isAway = false;
    minuteTo(103);
    await watch.look([BTC]);
    expect(words()).toEqual([[BTC, '1m', 'price', 'up']]);
    calmMinutes(1_000);
    minuteTo(104);
    calmMinutes(1_000);
    minuteTo(97);
    await watch.look([BTC]);
    expect(words()).toEqual([
      [BTC, '1m', 'price', 'up'],
      [BTC, '1m', 'price', 'down'],
    ]);
  });

  it('waits for what was told before it, and says so once', async () => {
    calmMinutes(300);
    minuteTo(103);
    canRemember = false;
    const watch = openWatch();
    await watch.look([BTC]);
    await watch.look([BTC]);
    expect({ notices, warned: warned.length }).toEqual({ notices: [], warned: 1 });
    canRemember = true;
    await watch.look([BTC]);
    expect(words()).toEqual([[BTC, '1m', 'price', 'up']]);
  });

  it('asks for bars only when one has closed, and one look at a time', async () => {
    calmMinutes(300);
    const watch = openWatch();
    const first = watch.look([BTC, ETH]);
    expect(watch.look([BTC, ETH])).toBe(first);
    await first;
    const { candles: asked } = market.asked;
    expect(asked).toBe(8);
    market.wait(MINUTE_MS / 2);
    await watch.look([BTC, ETH]);
    expect(market.asked.candles).toBe(asked);
  });
});
