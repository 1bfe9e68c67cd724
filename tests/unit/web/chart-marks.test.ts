import { describe, expect, test } from 'vitest';
import type { PastSignal } from '#domain/past-signal.ts';
import { trade } from '#tests/support/database-rows.ts';
import { listedPosition, NOW_MS } from '#tests/unit/server/fake-deps.ts';
import { positionLines, signalMarks, tradeMarks } from '../../../web/chart/chart-marks.ts';

const listed = { deskId: 'desk_1', openedByRunId: null, closedByRunId: null };

function signal(minute: number, score: number): PastSignal {
  return {
    ...{ signalId: `s${minute}`, deskId: 'desk_1', runId: 'r', symbol: 'BTC/USDT:USDT', score, spikes: 0 },
    ...{ action: score > 0 ? 'buy' : 'sell', confidenceFraction: 0.5, lastQuote: 1, points: {} },
    ...{ trend: 'bull', volatility: 'normal', atMs: minute * 60_000 },
  };
}

describe('marks on the chart', () => {
  test('point an entry the way it bets and tell what the exit left', () => {
    const lost = { ...trade('t', { side: 'short', netQuote: '-4.5' }), ...listed };
    expect(tradeMarks([lost], [listedPosition({ side: 'long' })])).toEqual([
      { atMs: lost.openedAtMs, isAbove: true, shape: 'arrowDown', colour: '--accent', text: 'short' },
      { atMs: NOW_MS, isAbove: false, shape: 'arrowUp', colour: '--accent', text: 'long' },
      { atMs: lost.closedAtMs, isAbove: false, shape: 'square', colour: '--down', text: '−4.50' },
    ]);
  });

  test('are one for each bar where several cycles spoke, the strongest', () => {
    const marks = signalMarks([signal(1, 3), signal(2, -5), signal(16, 4)], 15 * 60_000);
    expect(marks.map(({ text, isAbove }) => [text, isAbove])).toEqual([
      ['−5', true],
      ['+4', false],
    ]);
  });

  test('draw the lines an open position has, and none it has not', () => {
    const stop = { clientOrderId: 'c', triggerPriceQuote: '79000', quantityBase: '0.1' };
    expect(
      positionLines(listedPosition({ stop })).map(({ title, priceQuote }) => [title, priceQuote]),
    ).toEqual([
      ['long entry', 80_000],
      ['stop', 79_000],
    ]);
    expect(positionLines(undefined)).toEqual([]);
  });
});
