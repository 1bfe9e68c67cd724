import { describe, expect, it } from 'vitest';
import { seriesOf } from '#domain/candle.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { readStory } from '#server/cli/simulate-crash-story.ts';

const FROM_MS = Date.UTC(2025, 0, 2, 12, 10);
const AT_MS = FROM_MS + 5 * MINUTE_MS;

async function storyOf(dropFraction: number, asset = 'BTC', names = ['BTC', 'ETH', 'SOL', 'BNB']) {
  const symbol = parseSymbol(asset);
  const symbols = names.map(parseSymbol);
  const overMs = 20 * MINUTE_MS;
  const scheduledCrash = { symbol, dropFraction, overMs, atMs: AT_MS };
  const market = createGeneratorMarket({
    seed: 7,
    symbols,
    barsPerSeries: 150,
    startAtMs: FROM_MS,
    scheduledCrash,
  });
  return readStory(market, { symbol, symbols }, { fromMs: FROM_MS, toMs: AT_MS + 5 * HOUR_MS });
}

describe('the story of a market', () => {
  it('tells where a fall begins, its twentieths, its threshold and its end', async () => {
    const { peak, trough, steps, levels, crossing } = await storyOf(0.18);
    expect(peak.atMs).toBe(AT_MS);
    expect(trough.atMs).toBe(AT_MS + 20 * MINUTE_MS);
    expect(1 - trough.priceQuote / peak.priceQuote).toBeCloseTo(0.18, 3);
    expect(steps.map(({ fallFraction }) => Math.floor(fallFraction * 20))).toEqual([1, 2, 3]);
    expect(levels.map(({ level }) => level)).toEqual(['clear', 'watch', 'tripped', 'clear']);
    expect(crossing?.trigger).toMatch(/^(btc|eth)_fall_1h$/);
    expect(crossing?.fallFraction).toBeGreaterThanOrEqual(0.15);
    expect(crossing?.fallFraction).toBeLessThan(0.17);
    expect(crossing?.crossedAtMs).toBeLessThan(trough.atMs);
  });

  it('tells since when each condition of the recovery holds, and that all of them do', async () => {
    const { recovery, clearedAtMs, crossing, unmet } = await storyOf(0.18);
    expect(recovery.map(({ condition }) => condition).sort()).toEqual(['back', 'calm', 'released', 'volume']);
    expect(clearedAtMs).toBe(Math.max(...recovery.map(({ atMs }) => atMs)));
    expect(clearedAtMs).toBeGreaterThan((crossing?.trippedAtMs ?? 0) + 30 * MINUTE_MS);
    expect(unmet).toEqual([]);
  });

  it('tells how near a fall came that trips nothing', async () => {
    const { crossing, clearedAtMs, deepest, levels } = await storyOf(0.05);
    expect([crossing, clearedAtMs]).toEqual([null, null]);
    expect(levels.map(({ level }) => level)).toEqual(['clear']);
    expect(deepest.find(({ trigger }) => trigger === 'btc_fall_1h')).toMatchObject({
      ...{ asset: 'BTC', hours: 1, limitFraction: 0.15, fallFraction: expect.closeTo(0.05, 2) },
    });
  });

  it('measures an asset the breaker does not watch, without a threshold', async () => {
    const { crossing, deepest } = await storyOf(0.3, 'SOL', ['SOL', 'BNB']);
    expect(crossing).toBeNull();
    expect(deepest.map(({ trigger, limitFraction }) => [trigger, limitFraction])).toEqual([
      ['sol_fall_1h', null],
      ['sol_fall_4h', null],
    ]);
  });

  it('tells a leap of one bar as crossed there and believed with the next', async () => {
    const symbols = ['BTC', 'ETH'].map(parseSymbol);
    const symbol = symbols[0]!;
    const scheduledCrash = { symbol, dropFraction: 0.4, overMs: MINUTE_MS, atMs: AT_MS };
    const market = createGeneratorMarket({
      seed: 7,
      symbols,
      barsPerSeries: 150,
      startAtMs: FROM_MS,
      scheduledCrash,
    });
    const span = { fromMs: FROM_MS, toMs: AT_MS + HOUR_MS };
    const { crossing, clearedAtMs, unmet } = await readStory(market, { symbol, symbols }, span);
    expect(crossing).toMatchObject({ crossedAtMs: AT_MS + MINUTE_MS, trippedAtMs: AT_MS + 2 * MINUTE_MS });
    expect(clearedAtMs).toBeNull();
    expect(unmet.length).toBeGreaterThan(0);
  });

  it('forgets a condition that held and was lost again', async () => {
    const minutes = (count: number, from: number, to: number) =>
      Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 1)) / count);
    const path = [
      ...minutes(300, 100, 100),
      ...minutes(20, 100, 80),
      // Back by three fifths, lost again, and back for good.
      ...minutes(20, 80, 92),
      ...minutes(20, 92, 85),
      ...minutes(20, 85, 96),
      ...minutes(120, 96, 96),
    ];
    const symbol = parseSymbol('BTC');
    const fromMs = FROM_MS + 295 * MINUTE_MS;
    const story = await readStory(
      marketOf(path),
      { symbol, symbols: [symbol] },
      { fromMs, toMs: FROM_MS + path.length * MINUTE_MS },
    );
    const back = story.recovery.find(({ condition }) => condition === 'back');
    expect(back?.atMs).toBeGreaterThan(FROM_MS + 360 * MINUTE_MS);
    expect(story.clearedAtMs).not.toBeNull();
  });
});

/** Bars of one minute from `FROM_MS` on that close at these prices. */
function marketOf(closes: readonly number[]): Parameters<typeof readStory>[0] {
  const rows = closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    const ends = { high: Math.max(open, close), low: Math.min(open, close) };
    return { openAtMs: FROM_MS + i * MINUTE_MS, open, close, ...ends, volume: 10 };
  });
  return {
    source: { kind: 'generator', name: 'by hand', synthetic: true },
    finestTimeframe: '1m',
    candles: async ({ symbol, fromMs, toMs }) =>
      seriesOf(
        symbol,
        '1m',
        rows.filter(({ openAtMs }) => openAtMs >= fromMs && openAtMs + MINUTE_MS <= toMs),
      ),
  };
}
