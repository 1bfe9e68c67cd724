import { describe, expect, it } from 'vitest';
import { seriesOf } from '#domain/candle.ts';
import { HOUR_MS } from '#domain/time.ts';
import { BTC } from '#tests/support/agent-fixtures.ts';
import { CLOSE, HOLD, LONG, SHORT } from '#tools/qtable/actions.ts';
import { NO_STATE } from '#tools/qtable/encode-series.ts';
import { BOOK, createBook, stepBook } from '#tools/qtable/position-book.ts';
import { stretchesOf, trainingSeries } from '#tools/qtable/training-series.ts';

const COST = 0.001;
const TERMS = { costFraction: COST, drawdownPenalty: 0, reward: 'realised' } as const;
const FREE = { ...TERMS, costFraction: 0 } as const;
const FROM_MS = Date.UTC(2025, 0, 1, 7);

/** Hourly bars from 07:00: each opens at the close before it. */
function barsOf(
  prices: readonly number[],
  states = new Uint16Array(prices.length - 1),
  settlements = [] as const,
) {
  const rows = prices.slice(1).map((close, i) => {
    const open = prices[i]!;
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    return { openAtMs: FROM_MS + i * HOUR_MS, open, high, low, close, volume: 1 };
  });
  return trainingSeries(seriesOf(BTC, '1h', rows), states, settlements, 0);
}

describe('a book of one position', () => {
  it('realises a long at its close: the move less what both sides cost', () => {
    const series = barsOf([100, 110, 120, 130]);
    const book = createBook();
    expect(stepBook(book, LONG, series, 0, TERMS)).toBeCloseTo(-COST, 12);
    expect(stepBook(book, HOLD, series, 1, TERMS)).toBe(0);
    expect(book[BOOK.open]).toBeCloseTo(0.2, 12);
    expect(stepBook(book, CLOSE, series, 2, TERMS)).toBeCloseTo(0.2 - COST * 1.2, 12);
    expect(book[BOOK.lastTrade]).toBeCloseTo(0.2 - COST - COST * 1.2, 12);
    expect([book[BOOK.side], book[BOOK.open], book[BOOK.trades]]).toEqual([0, 0, 1]);
  });

  it('gains on a short what the price loses', () => {
    const series = barsOf([100, 90, 80]);
    const book = createBook();
    stepBook(book, SHORT, series, 0, FREE);
    expect(stepBook(book, CLOSE, series, 1, FREE)).toBeCloseTo(0.1, 12);
  });

  it('counts what is open where asked to, and over a trade comes to the same', () => {
    const series = barsOf([100, 110, 99, 120, 120]);
    const [realised, marked] = (['realised', 'marked'] as const).map((reward) => {
      const book = createBook();
      return [LONG, HOLD, HOLD, CLOSE].map((action, at) =>
        stepBook(book, action, series, at, { ...TERMS, reward }),
      );
    });
    expect(marked!.slice(0, 3).map((one) => Number(one.toFixed(9)))).toEqual([0.1 - COST, -0.11, 0.21]);
    const sum = (rewards: readonly number[]) => rewards.reduce((total, one) => total + one, 0);
    expect(sum(marked!)).toBeCloseTo(sum(realised!), 12);
    expect(sum(realised!)).toBeCloseTo(0.2 - COST - COST * 1.2, 12);
  });

  it('takes the deepest fall of a trade off its reward, each part of it once', () => {
    const series = barsOf([100, 120, 100, 110, 90]);
    const book = createBook();
    const rewards = [LONG, HOLD, HOLD, HOLD].map((action, at) =>
      stepBook(book, action, series, at, { ...FREE, drawdownPenalty: 0.5 }),
    );
    expect(rewards.map((reward) => Number(reward.toFixed(9)))).toEqual([0, -0.1, 0, -0.05]);
    expect(book[BOOK.deepestFall]).toBeCloseTo(0.3, 12);
  });

  it('does nothing where the position does not allow the action', () => {
    const series = barsOf([100, 110, 120]);
    const book = createBook();
    expect(stepBook(book, CLOSE, series, 0, TERMS)).toBe(0);
    expect(book[BOOK.side]).toBe(0);
    stepBook(book, LONG, series, 0, TERMS);
    stepBook(book, SHORT, series, 1, TERMS);
    expect([book[BOOK.side], book[BOOK.entryQuote]]).toEqual([1, 100]);
  });
});

describe('what a held bar pays', () => {
  const flat = [100, 100, 100, 100];

  it('is the settlement that falls due until the next open, from a long to a short', () => {
    const at8 = [{ atMs: FROM_MS + HOUR_MS + 7, rateFraction: 0.001 }];
    const series = barsOf(flat, undefined, at8 as never);
    const [long, short] = [createBook(), createBook()];
    stepBook(long, LONG, series, 0, FREE);
    stepBook(short, SHORT, series, 0, FREE);
    expect([long[BOOK.realised], short[BOOK.realised]]).toEqual([-0.001, 0.001]);
  });

  it('is paid by either side where no settlement is known', () => {
    const rows = { openAtMs: FROM_MS, open: 100, high: 100, low: 100, close: 100, volume: 1 };
    const series = trainingSeries(seriesOf(BTC, '1h', [rows]), new Uint16Array(1), [], 0.0002);
    for (const side of [LONG, SHORT]) {
      const book = createBook();
      stepBook(book, side, series, 0, FREE);
      expect(book[BOOK.funding]).toBe(0.0002);
    }
  });
});

describe('stretches', () => {
  it('break where a state or a bar is missing, and leave out what cannot be walked', () => {
    const states = Uint16Array.of(1, 1, 2, NO_STATE, 5, NO_STATE, 6, 6);
    const series = barsOf([1, 1, 1, 1, 1, 1, 1, 1, 1], states);
    expect(stretchesOf(series, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })).toEqual([
      { from: 0, to: 3 },
      { from: 6, to: 8 },
    ]);
    expect(stretchesOf(series, { fromMs: FROM_MS + HOUR_MS, toMs: FROM_MS + 3 * HOUR_MS })).toEqual([
      { from: 1, to: 3 },
    ]);
    expect([...series.stays]).toEqual([0, 0, 1, 2, 3, 4, 5, 5]);
  });
});
