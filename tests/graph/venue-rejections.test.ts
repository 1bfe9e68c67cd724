import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import { AT_ONCE } from '#tests/support/memory-agents.ts';
import { MOMENTS, openDesk, RUNNERS, recordOfCycle } from '#tests/support/memory-cycles.ts';

describe.each(RUNNERS)('a rejection by the venue in a cycle by %s', (_name, run) => {
  it('is the reason, and not the gate’s word on something else', async () => {
    const desk = await openDesk(MOMENTS.trading, {
      script: AT_ONCE,
      aroundBroker: (broker) => ({
        ...broker,
        async submit(order) {
          if (order.purpose !== 'entry') return broker.submit(order);
          throw new AppError('order_rejected', 'margin is insufficient');
        },
      }),
    });
    const limits = { ...desk.deps.limits, maxOpenPositions: 1 };
    const record = await recordOfCycle(run, desk, 'run-1', { ...desk.deps, limits });
    expect(record.verdicts.map(({ outcome }) => outcome)).toContain('denied');
    expect(record.intents.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(record).toMatchObject({
      outcome: 'denied',
      reason: expect.stringMatching(
        /^the venue rejected the entry of [A-Z]+\/USDT:USDT: .*margin is insufficient/,
      ),
    });
  });
});
