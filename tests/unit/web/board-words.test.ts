import { describe, expect, test } from 'vitest';
import type { QAdvice, Spike } from '#domain/signal.ts';
import { adviceWords, spikeWords } from '../../../web/board/board-words.ts';
import { formatPoints } from '../../../web/format/number.ts';
import { nextSort, sorted } from '../../../web/ui/sort-rows.ts';

function spike(robustSigmas: number): Spike {
  const bar = { symbol: 'BTC/USDT:USDT', timeframe: '3m', kind: 'volume', barOpenAtMs: 0 } as const;
  return { ...bar, direction: robustSigmas > 0 ? 'up' : 'down', robustSigmas };
}

function advice(change: Partial<QAdvice>): QAdvice {
  const said = { counts: true, best: 'long', reason: '', state: '' } as const;
  return { symbol: 'BTC/USDT:USDT', tableId: 'q1', values: null, visits: 12, ...said, ...change };
}

describe('the words of the board', () => {
  test('tell the greatest spike and how many there are beside it', () => {
    expect(spikeWords([])).toBe('none');
    expect(spikeWords([spike(4.2)])).toBe('▲ volume 4.2σ 3m');
    expect(spikeWords([spike(4.2), spike(-7.5), spike(5)])).toBe('▼ volume 7.5σ 3m and 2 more');
  });

  test('tell what the Q-table would do, how often it saw it, and when that does not count', () => {
    const values = { hold: 0.1, long: 0.42, short: -1, close: 0 };
    expect(adviceWords(null)).toBe('none');
    expect(adviceWords(advice({}))).toBe('none');
    expect(adviceWords(advice({ values }))).toBe('long +0.42, 12 visits');
    expect(adviceWords(advice({ values: { hold: 0, long: 0.001302 } }))).toBe('long +0.001302, 12 visits');
    expect(adviceWords(advice({ values, visits: 1, counts: false }))).toBe(
      'long +0.42, 1 visit, does not count',
    );
  });

  test('write points with their side', () => {
    expect([4, -3, 0].map(formatPoints)).toEqual(['+4', '−3', '0']);
  });
});

describe('sorting a table', () => {
  test('goes down, up and back to how it was listed', () => {
    const down = nextSort(null, 'Points');
    const up = nextSort(down, 'Points');
    expect([down?.isDescending, up?.isDescending, nextSort(up, 'Points')]).toEqual([true, false, null]);
    expect(nextSort(down, 'Price')).toEqual({ label: 'Price', isDescending: true });
  });

  test('puts what has no value last either way, and keeps equal rows in their order', () => {
    const rows = [
      { n: 2, id: 'a' },
      { n: null, id: 'b' },
      { n: 5, id: 'c' },
      { n: 2, id: 'd' },
    ];
    const ids = (isDescending: boolean) => sorted(rows, ({ n }) => n, isDescending).map(({ id }) => id);
    expect(ids(true)).toEqual(['c', 'a', 'd', 'b']);
    expect(ids(false)).toEqual(['a', 'd', 'c', 'b']);
  });
});
