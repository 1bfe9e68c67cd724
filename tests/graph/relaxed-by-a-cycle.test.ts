import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

/** A desk whose guard has set `reducing` so long ago, and a cycle in which this was left of a day's 10000. */
async function cycleAfter(
  run: (typeof RUNNERS)[number][1],
  { minutes, dayStartQuote }: { minutes: number; dayStartQuote: string },
) {
  const desk = await openDesk(MOMENTS.quiet);
  const sinceMs = desk.clock.nowMs - minutes * MINUTE_MS;
  const reason = 'daily loss is 2%, trading halts at 3%';
  desk.setTradingState({ mode: 'reducing', reason, setBy: 'breaker:guard', sinceMs });
  const equityMarks = async () => ({ dayStartQuote, peakQuote: null });
  const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, equityMarks });
  return record.tradingState;
}

describe.each(RUNNERS)(
  'a `reducing` that the guard has set for an account, in a cycle by %s',
  (_name, run) => {
    it('ends when nothing is lost any more and it has stood for half an hour', async () => {
      expect(await cycleAfter(run, { minutes: 30, dayStartQuote: '10000' })).toMatchObject({
        mode: 'active',
        setBy: 'breaker:run-1',
      });
    });

    it.each([
      ['before that', { minutes: 29, dayStartQuote: '10000' }],
      ['while the loss is still over its warning', { minutes: 600, dayStartQuote: '10160' }],
    ])('stays %s', async (_when, given) => {
      expect(await cycleAfter(run, given)).toMatchObject({ mode: 'reducing', setBy: 'breaker:guard' });
    });
  },
);
