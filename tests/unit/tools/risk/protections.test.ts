import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { BTC, ETH, NOW_MS, positionOf, proposalOf, SOL } from '#tests/support/agent-fixtures.ts';
import { judgeProposal } from '#tools/risk/gate.ts';
import type { GateContext, RecentTrade } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import { ProtectionLimits } from '#tools/risk/protection-limits.ts';
import { closeOf, gateContextOf, restingEntry } from './made-gate.ts';

/** A lost long of BTC that the desk closed itself, so long ago, after an hour. */
function tradeOf(agoMs: number, over: Partial<RecentTrade> = {}): RecentTrade {
  return {
    symbol: BTC,
    side: 'long',
    netQuote: '-10',
    exitReason: 'exit',
    closedAtMs: NOW_MS - agoMs,
    openedAtMs: NOW_MS - agoMs - HOUR_MS,
    ...over,
  };
}

const having = (...trades: RecentTrade[]) => withRecent({ trades });
const withRecent = (over: Partial<GateContext['recentTrading']>, context: Partial<GateContext> = {}) =>
  gateContextOf({ recentTrading: { trades: [], venueFailuresAtMs: [], ...over }, ...context });

function codes(context: GateContext, symbol = BTC, over = {}) {
  return judgeProposal(proposalOf(symbol, { atMs: context.nowMs, ...over }), context, 'gate').findings.map(
    ({ code }) => code,
  );
}

const short = { side: 'short', stopPriceQuote: '103', targetPriceQuote: '90' };

describe('after a streak of losses', () => {
  const lost = (count: number, agoMs = 0) =>
    Array.from({ length: count }, (_, i) => tradeOf(agoMs + i * HOUR_MS, { symbol: SOL }));

  it('nothing opens in any symbol for a time, counted from the last of them', () => {
    expect(codes(having(...lost(3)))).toEqual([]);
    expect(codes(having(...lost(4)))).toEqual(['loss_streak']);
    expect(codes(having(...lost(4, 2 * HOUR_MS - 1)))).toEqual(['loss_streak']);
    expect(codes(having(...lost(4, 2 * HOUR_MS)))).toEqual([]);
  });

  it('a trade that did not lose, fees and funding counted, ends the streak, and no pause that has begun', () => {
    const [last, ...older] = lost(5);
    if (last === undefined) throw new Error('five were lost');
    const won = { ...last, netQuote: '0' };
    expect(codes(having(last, ...older.with(2, won)))).toEqual([]);
    expect(codes(having(won, ...lost(3)))).toEqual([]);
    expect(codes(having(won, ...lost(4, HOUR_MS)))).toEqual(['loss_streak']);
    expect(codes(having(won, ...lost(4, 2 * HOUR_MS)))).toEqual([]);
  });

  it('tells how many were lost and until when nothing opens', () => {
    const [finding] = judgeProposal(proposalOf(BTC), having(...lost(5)), 'gate').findings;
    expect(finding).toMatchObject({ effect: 'deny', value: 5, limit: 4 });
    expect(finding?.message).toBe(
      '5 trades were lost in a row, the limit is 4: nothing opens before 2025-04-07T14:00:00.000Z',
    );
  });
});

describe('after lost stops in one symbol and side', () => {
  const stop = (agoMs: number, over: Partial<RecentTrade> = {}) =>
    tradeOf(agoMs, { exitReason: 'stop', ...over });
  const won = tradeOf(HOUR_MS, { symbol: SOL, netQuote: '5' });
  const three = [won, stop(2 * HOUR_MS), stop(9 * HOUR_MS), stop(25 * HOUR_MS)];

  it('none opens there for a time, and elsewhere as before', () => {
    expect(codes(having(...three))).toEqual(['stop_guard']);
    expect(codes(having(...three), BTC, short)).toEqual([]);
    expect(codes(having(...three), ETH)).toEqual([]);
    expect(codes(having(...three.slice(0, 3)))).toEqual([]);
  });

  it('stays closed for its whole time, although the first of them leaves the window meanwhile', () => {
    const late = (ms: number) =>
      gateContextOf({ nowMs: NOW_MS + ms, recentTrading: { trades: three, venueFailuresAtMs: [] } });
    expect(codes(late(10 * HOUR_MS - 1))).toEqual(['stop_guard']);
    expect(codes(late(10 * HOUR_MS))).toEqual([]);
  });

  it('stays closed where another stop comes so late that fewer lie in its own window', () => {
    const earlier = [stop(11 * HOUR_MS), stop(34 * HOUR_MS), stop(35 * HOUR_MS - 1)];
    expect(codes(having(stop(31 * MINUTE_MS), won, ...earlier))).toEqual(['stop_guard']);
  });

  it.each([
    [
      'one of them came before the window',
      [won, stop(2 * HOUR_MS), stop(9 * HOUR_MS), stop(2 * HOUR_MS + DAY_MS)],
    ],
    ['one of them had moved into profit', three.with(2, stop(9 * HOUR_MS, { netQuote: '1' }))],
    ['one of them was no stop', three.with(2, tradeOf(9 * HOUR_MS))],
    ['one of them was of the other side', three.with(2, stop(9 * HOUR_MS, { side: 'short' }))],
  ])('does not count where %s', (_what, trades) => {
    expect(codes(having(...trades))).toEqual([]);
  });

  it('counts a liquidation like a stop', () => {
    expect(codes(having(...three.with(1, stop(2 * HOUR_MS, { exitReason: 'liquidation' }))))).toEqual([
      'stop_guard',
    ]);
  });
});

describe('after a stop', () => {
  const stopped = (agoMs: number, over: Partial<RecentTrade> = {}) =>
    having(tradeOf(agoMs, { exitReason: 'stop', ...over }));

  it('its symbol is left alone for a time, on either side', () => {
    expect(codes(stopped(30 * MINUTE_MS - 1))).toEqual(['stop_cooldown']);
    expect(codes(stopped(30 * MINUTE_MS - 1), BTC, short)).toEqual(['stop_cooldown']);
    expect(codes(stopped(30 * MINUTE_MS))).toEqual([]);
    expect(codes(stopped(0), ETH)).toEqual([]);
  });

  it('is left alone too when the stop had moved into profit, and not after another exit', () => {
    expect(codes(stopped(0, { netQuote: '5' }))).toEqual(['stop_cooldown']);
    expect(codes(stopped(0, { exitReason: 'target' }))).toEqual([]);
  });
});

describe('while the venue fails', () => {
  const failures = (count: number, agoMs: number) =>
    withRecent({ venueFailuresAtMs: Array.from({ length: count }, (_, i) => NOW_MS - agoMs - i) });

  it('nothing opens from so many failed orders within the window', () => {
    expect(codes(failures(4, 0))).toEqual([]);
    expect(codes(failures(5, 0))).toEqual(['venue_failing']);
    expect(codes(failures(5, 15 * MINUTE_MS - 5))).toEqual(['venue_failing']);
    expect(codes(failures(5, 15 * MINUTE_MS - 4))).toEqual([]);
  });
});

describe('after so many opens within the hour', () => {
  const minutesAgo = (minutes: number) => NOW_MS - minutes * MINUTE_MS;
  const opened = (count: number, minutes: number) =>
    Array.from({ length: count }, () =>
      tradeOf(0, { symbol: SOL, netQuote: '1', openedAtMs: minutesAgo(minutes) }),
    );
  const held = positionOf(ETH, { openedAtMs: minutesAgo(10) });
  const resting = restingEntry('XRP/USDT:USDT', { quantityBase: '1' });

  it('nothing more opens, what is held and what is being opened counted once each', () => {
    expect(codes(having(...opened(5, 59)))).toEqual([]);
    expect(codes(having(...opened(6, 59)))).toEqual(['churn_over_limit']);
    expect(codes(having(...opened(6, 60)))).toEqual([]);
    expect(codes(withRecent({ trades: opened(4, 9) }, { positions: [held], openOrders: [resting] }))).toEqual(
      ['churn_over_limit'],
    );
    const grown = restingEntry(ETH, { quantityBase: '1' });
    expect(codes(withRecent({ trades: opened(4, 9) }, { positions: [held], openOrders: [grown] }))).toEqual(
      [],
    );
  });

  it('an entry that has begun goes on: it is one open however many orders it takes', () => {
    const own = positionOf(BTC, { openedAtMs: minutesAgo(1), quantityBase: '2' });
    const growing = { symbol: BTC, side: 'long', filledBase: '2' } as const;
    const context = withRecent({ trades: opened(5, 9) }, { positions: [own], growing });
    expect(codes(context, BTC, { quantityBase: '1' })).toEqual([]);
  });
});

describe('a close', () => {
  it('passes whatever the desk has lost and the venue has failed', () => {
    const trades = Array.from({ length: 9 }, () => tradeOf(0, { exitReason: 'stop', openedAtMs: NOW_MS }));
    const context = withRecent(
      { trades, venueFailuresAtMs: Array<number>(20).fill(NOW_MS) },
      { positions: [positionOf(BTC, { openedAtMs: NOW_MS })] },
    );
    expect(judgeProposal(closeOf(BTC), context, 'place').outcome).toBe('approved');
    expect(codes(context, ETH)).toEqual(['loss_streak', 'venue_failing', 'churn_over_limit']);
  });
});

describe('protections', () => {
  const { protections } = DEFAULT_LIMITS;
  it.each([
    ['more than ten losses in a row', { lossStreak: { ...protections.lossStreak, losses: 11 } }],
    ['hardly a pause after them', { lossStreak: { ...protections.lossStreak, pauseMs: 30 * MINUTE_MS - 1 } }],
    ['more than five stops', { stopGuard: { ...protections.stopGuard, stops: 6 } }],
    [
      'a window in which few stops fall',
      { stopGuard: { ...protections.stopGuard, windowMs: 6 * HOUR_MS - 1 } },
    ],
    ['a window beyond what is read', { stopGuard: { ...protections.stopGuard, windowMs: 3 * DAY_MS + 1 } }],
    ['a re-entry at once', { stopCooldownMs: 5 * MINUTE_MS - 1 }],
    ['more than twenty failures', { venueFailures: { ...protections.venueFailures, failures: 21 } }],
    ['more than twenty opens an hour', { maxOpensPerHour: 21 }],
    ['a position that nobody may close for more than an hour', { minHoldMs: HOUR_MS + 1 }],
  ])('cannot be configured to allow %s', (_what, over) => {
    expect(ProtectionLimits.safeParse({ ...protections, ...over }).success).toBe(false);
  });
});
