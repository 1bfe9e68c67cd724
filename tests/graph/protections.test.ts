import { describe, expect, it } from 'vitest';
import type { Trade } from '#domain/account.ts';
import type { CycleRecord } from '#domain/run.ts';
import { trade } from '#tests/support/database-rows.ts';
import { type CycleDesk, MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

const HOUR_MS = 3_600_000;

/** What the desk's own store tells of round trips that were lost, the newest an hour before the cycle. */
function lose(desk: CycleDesk, count: number, over: Partial<Trade> = {}): void {
  for (let i = 0; i < count; i++) {
    const closedAtMs = desk.clock.nowMs - (i + 1) * HOUR_MS;
    const times = { closedAtMs, openedAtMs: closedAtMs - HOUR_MS };
    desk.orders.trades.set(`lost-${i}`, trade(`lost-${i}`, { netQuote: '-5', ...times, ...over }));
  }
}

const denials = ({ verdicts }: CycleRecord) => [
  ...new Set(
    verdicts.flatMap(({ findings }) =>
      findings.filter(({ effect }) => effect === 'deny').map(({ code }) => code),
    ),
  ),
];

describe.each(RUNNERS)('a cycle by %s', (_name, run) => {
  it('opens nothing after a streak of losses that its store tells of', async () => {
    const desk = await openDesk(MOMENTS.trading);
    lose(desk, 4);
    const record = await recordOfCycle(run, desk);
    expect(record).toMatchObject({ outcome: 'denied', intents: [] });
    expect(record.reason).toMatch(/^4 trades were lost in a row, the limit is 4: nothing opens before/);
    expect(denials(record)).toEqual(['loss_streak']);
  });

  it('trades as before once the pause is over, and after fewer', async () => {
    for (const [count, waitMs] of [
      [3, 0],
      [4, HOUR_MS],
    ] as const) {
      const desk = await openDesk(MOMENTS.trading);
      desk.clock.nowMs -= waitMs;
      lose(desk, count);
      desk.clock.nowMs += waitMs;
      const record = await recordOfCycle(run, desk);
      expect(record.outcome).toBe('traded');
    }
  });

  it('opens nothing outside its hours', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const limits = { ...desk.deps.limits, tradingHours: [{ fromMinute: 0, toMinute: 1 }] };
    const closed = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    expect(closed.outcome).toBe('denied');
    expect(denials(closed)).toEqual(['outside_hours']);
  });

  it('opens only what the whitelist names', async () => {
    const all = await recordOfCycle(run, await openDesk(MOMENTS.trading));
    const [listed] = all.proposals.map(({ symbol }) => symbol);
    if (listed === undefined) throw new Error('something is proposed at that moment');
    const desk = await openDesk(MOMENTS.trading);
    const limits = { ...desk.deps.limits, symbolWhitelist: [listed] };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    expect(denials(record)).toEqual(['symbol_not_whitelisted']);
    expect([...new Set(record.intents.map(({ request }) => request.symbol))]).toEqual([listed]);
  });
});
