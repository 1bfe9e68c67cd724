import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import type { BreakerReason } from '#domain/trading-state.ts';
import type { MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';
import { createMarketWatch, type StandingTrips } from '#server/engine/market-watch.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, ETH, instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { createScriptedMarket } from '#tests/unit/exchanges/paper/scripted-market.ts';
import { DEFAULT_MARKET_LIMITS } from '#tools/breaker/market-limits.ts';

const SYMBOLS = [BTC, ETH];

/** A market of minutes the test writes, prices it pushes, and what the watch has told. */
function openWatch() {
  const market = createScriptedMarket(
    SYMBOLS.map((symbol) => instrumentOf(symbol)),
    { close: 100, volumeBase: 10 },
  );
  const listeners = new Set<(tick: PriceTick) => void>();
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
  const trips: (readonly BreakerReason[])[] = [];
  const ages: boolean[] = [];
  const tripTimes: number[] = [];
  let lost: string | null = null;
  const warned: string[] = [];
  let standing: StandingTrips | null = { haltedSinceMs: null, overriddenAtMs: null };
  let isAway = false;
  const data = {
    ...market.data,
    stream,
    candles: (request: Parameters<typeof market.data.candles>[0]) =>
      isAway || request.symbol === lost ? Promise.reject(new Error('away')) : market.data.candles(request),
  };
  const open = () =>
    createMarketWatch({
      market: data,
      nowMs: market.clock.nowMs,
      limits: DEFAULT_MARKET_LIMITS,
      onTrip(trip) {
        trips.push(trip.reasons);
        ages.push(trip.isOld);
        tripTimes.push(trip.atMs);
      },
      async standing() {
        if (standing === null) throw new Error('the database is away');
        return standing;
      },
      logger: { ...SILENT_LOGGER, warn: (_fields, words) => warned.push(words) },
    });
  return {
    ...{ market, trips, ages, tripTimes, warned, open, listeners },
    loseSymbol(symbol: string) {
      lost = symbol;
    },
    stands(to: Partial<StandingTrips> | null) {
      standing = to && { haltedSinceMs: null, overriddenAtMs: null, ...to };
    },
    minutes(closes: readonly number[]) {
      for (const close of closes) market.minute({ [BTC]: [close, close, close, close] });
    },
    push(priceQuote: number) {
      market.wait(1_000);
      const tick = { symbol: BTC, kind: 'last', priceQuote, atMs: market.clock.nowMs() } as const;
      for (const listener of listeners) listener(tick);
    },
    lose(to: boolean) {
      isAway = to;
    },
  };
}

const told = (trips: readonly (readonly BreakerReason[])[]) =>
  trips.map((reasons) => reasons.map(({ trigger }) => trigger));

describe('the watch over a market', () => {
  it('trips on bars that fall, once', async () => {
    const desk = openWatch();
    const watch = desk.open();
    desk.minutes([100, 100, 100]);
    await watch.look(SYMBOLS);
    expect(desk.trips).toEqual([]);
    for (const close of [95, 90, 86, 84, 83.5, 83]) {
      desk.minutes([close]);
      await watch.look(SYMBOLS);
    }
    expect(told(desk.trips)).toEqual([['btc_fall_1h']]);
    expect(desk.trips[0]?.[0]).toMatchObject({ level: 'tripped', limit: 0.15 });
  });

  it('trips in the moment of the pushed price that makes it, without a look', async () => {
    const desk = openWatch();
    const watch = desk.open();
    desk.minutes([100, 100, 100]);
    await watch.look(SYMBOLS);
    for (let price = 99.5; price >= 85.5; price -= 0.5) desk.push(price);
    expect(desk.trips).toEqual([]);
    for (const price of [85, 84.8, 84.6, 84.4]) desk.push(price);
    expect(told(desk.trips)).toEqual([['btc_fall_1h']]);
  });

  it('trips at its first look when the fall lies in the hours before it, and not when that is over', async () => {
    const fallen = openWatch();
    fallen.minutes([100, 95, 90, 86, 83, 82, 82]);
    await fallen.open().look(SYMBOLS);
    expect(told(fallen.trips)).toEqual([['btc_fall_1h']]);
    const calm = openWatch();
    calm.minutes([100, 99, 98]);
    await calm.open().look(SYMBOLS);
    expect(calm.trips).toEqual([]);
  });

  it('goes on where it was after the market could not be read, and says so once', async () => {
    const desk = openWatch();
    const watch = desk.open();
    desk.minutes([100, 100]);
    await watch.look(SYMBOLS);
    desk.lose(true);
    desk.minutes([95, 90]);
    await watch.look(SYMBOLS);
    await watch.look(SYMBOLS);
    expect(desk.warned).toHaveLength(2);
    desk.lose(false);
    desk.minutes([86, 84, 83.5]);
    await watch.look(SYMBOLS);
    expect(told(desk.trips)).toEqual([['btc_fall_1h']]);
  });

  it('asks for bars only when one has closed, and listens to nobody once it is closed', async () => {
    const desk = openWatch();
    const watch = desk.open();
    desk.minutes([100, 100]);
    await watch.look(SYMBOLS);
    const { candles } = desk.market.asked;
    desk.market.wait(MINUTE_MS / 2);
    await watch.look(SYMBOLS);
    expect(desk.market.asked.candles).toBe(candles);
    watch.close();
    expect(desk.listeners.size).toBe(0);
  });

  it('is not tripped by a fall in the hours before it from which the market has recovered', async () => {
    const desk = openWatch();
    desk.minutes([100, 95, 90, 86, 83, 82, 82]);
    for (let minute = 0; minute < 45; minute++) desk.market.minute({ [BTC]: [95, 95, 95, 95] });
    const watch = desk.open();
    await watch.look(SYMBOLS);
    expect(desk.trips).toEqual([]);
    expect(watch.assess()?.recovery).toBeNull();
  });

  it('looks back to the fall of a halt that still stands, however long ago, and waits for its recovery', async () => {
    const desk = openWatch();
    desk.minutes([100, 95, 90, 86, 83, 82, 82]);
    const haltedSinceMs = desk.market.clock.nowMs();
    for (let minute = 0; minute < 10 * 60; minute++) desk.market.minute({ [BTC]: [83, 83, 83, 83] });
    const forgetful = desk.open();
    await forgetful.look(SYMBOLS);
    expect(forgetful.assess()?.level).toBe('clear');
    desk.stands({ haltedSinceMs });
    const watch = desk.open();
    await watch.look(SYMBOLS);
    expect(watch.assess()?.level).toBe('tripped');
    expect(desk.ages).toEqual([true]);
    for (let minute = 0; minute < 2; minute++) desk.market.minute({ [BTC]: [92, 92, 92, 92] });
    await watch.look(SYMBOLS);
    expect(watch.assess()?.level).not.toBe('tripped');
    expect(watch.hasSeenEndOf(haltedSinceMs)).toBe(true);
  });

  it.each<[string, (nowMs: number) => Partial<StandingTrips> | null]>([
    ['is older than it looks back', (nowMs) => ({ haltedSinceMs: nowMs - 8 * 24 * 60 * MINUTE_MS })],
    ['nobody can tell of', () => null],
  ])('cannot tell the end of a halt that %s, and is warm all the same', async (_what, standing) => {
    const desk = openWatch();
    desk.minutes([100, 100]);
    const nowMs = desk.market.clock.nowMs();
    desk.stands(standing(nowMs));
    const watch = desk.open();
    await watch.look(SYMBOLS);
    const { haltedSinceMs } = { haltedSinceMs: nowMs, ...standing(nowMs) };
    expect([watch.assess()?.level, watch.hasSeenEndOf(haltedSinceMs ?? nowMs)]).toEqual(['clear', false]);
  });

  it('is not tripped again by what a person has overridden before its start', async () => {
    const desk = openWatch();
    desk.minutes([100, 95, 90, 86, 83, 82, 82]);
    desk.stands({ overriddenAtMs: desk.market.clock.nowMs() });
    desk.minutes([82, 82, 81, 81]);
    await desk.open().look(SYMBOLS);
    expect(desk.tripTimes.every((atMs) => atMs < desk.market.clock.nowMs() - 3 * MINUTE_MS)).toBe(true);
  });

  it('takes no print from a time to come', async () => {
    const desk = openWatch();
    const watch = desk.open();
    desk.minutes([100, 100, 100]);
    await watch.look(SYMBOLS);
    const atMs = desk.market.clock.nowMs() + 24 * 60 * MINUTE_MS;
    for (const listener of desk.listeners) listener({ symbol: BTC, kind: 'last', priceQuote: 100, atMs });
    for (let price = 99.5; price >= 84; price -= 0.5) desk.push(price);
    expect(told(desk.trips)).toEqual([['btc_fall_1h']]);
  });

  it('forgets a symbol that cannot be read and that nobody asks for any more', async () => {
    const desk = openWatch();
    desk.minutes([100, 95, 90, 86, 83, 82, 82]);
    const haltedSinceMs = desk.market.clock.nowMs();
    const watch = desk.open();
    await watch.look(SYMBOLS);
    for (let minute = 0; minute < 45; minute++) desk.market.minute({ [BTC]: [95, 95, 95, 95] });
    desk.loseSymbol(ETH);
    await watch.look(SYMBOLS);
    expect(watch.hasSeenEndOf(haltedSinceMs)).toBe(false);
    await watch.look([BTC]);
    expect(watch.hasSeenEndOf(haltedSinceMs)).toBe(true);
    expect(desk.listeners.size).toBe(1);
  });

  it('cannot tell a recovery when the fall could not be read', async () => {
    const desk = openWatch();
    desk.minutes([100, 82]);
    const haltedSinceMs = desk.market.clock.nowMs();
    desk.stands({ haltedSinceMs });
    desk.lose(true);
    const watch = desk.open();
    await watch.look(SYMBOLS);
    desk.lose(false);
    desk.minutes([90]);
    await watch.look(SYMBOLS);
    expect(watch.hasSeenEndOf(haltedSinceMs)).toBe(false);
  });

  it('measures from a person’s override on, the one before its start too', async () => {
    const desk = openWatch();
    desk.minutes([100, 95, 90, 86, 83, 82, 82]);
    desk.stands({ overriddenAtMs: desk.market.clock.nowMs() });
    const watch = desk.open();
    await watch.look(SYMBOLS);
    expect(desk.ages).toEqual([true]);
    for (const close of [80, 77, 74, 72]) {
      desk.minutes([close]);
      await watch.look(SYMBOLS);
    }
    expect(desk.ages).toEqual([true]);
    desk.minutes([68, 67]);
    await watch.look(SYMBOLS);
    expect(desk.ages).toEqual([true, false]);
  });
});
