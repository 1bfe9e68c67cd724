import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import type { CycleDeps } from '#graphs/deps.ts';
import { type CycleDesk, MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

/** The cycle's dependencies where one fact of the gate cannot be read. */
function without({ deps }: CycleDesk): CycleDeps {
  const away = () => Promise.reject(new AppError('database_unavailable', 'recent trading is away'));
  return { ...deps, recentTrading: away };
}

describe.each(RUNNERS)('a cycle by %s whose gate cannot read its facts', (_name, run) => {
  it('closes what it means to close', async () => {
    const desk = await openDesk(MOMENTS.trading);
    await recordOfCycle(run, desk);
    desk.clock.nowMs += 20 * 60_000;
    desk.setTradingState({ mode: 'reducing', reason: 'thin books', setBy: 'person', sinceMs: 0 });
    const record = await recordOfCycle(run, desk, 'run-2', without(desk));
    expect(record).toMatchObject({ outcome: 'traded', positions: [] });
    expect(record.proposals.map(({ kind }) => kind)).toEqual(['close', 'close', 'close']);
    expect(record.notes.join()).toContain('recent trading is away');
  });

  it('opens nothing and says why', async () => {
    const desk = await openDesk(MOMENTS.trading);
    const record = await recordOfCycle(run, desk, 'run-1', without(desk));
    expect(record).toMatchObject({ outcome: 'denied', intents: [] });
    expect(record.reason).toContain('recent trading is away');
  });
});
