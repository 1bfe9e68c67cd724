import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { supervise } from '#db/embedded/supervise.ts';

const TIMES = { retryAfterMs: [0, 1_000, 5_000], lookEveryMs: 100, soundAfterMs: 60_000 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server that dies when the test says so, and comes up again only when it may. */
function openServer(options: { mayStart: boolean }) {
  const server = { running: true, mayStart: options.mayStart, starts: 0, warnings: [] as string[] };
  const end = supervise(
    {
      isRunning: () => server.running,
      async startAgain() {
        server.starts += 1;
        if (!server.mayStart) throw new Error('no memory');
        server.running = true;
      },
      warn: (line) => void server.warnings.push(line),
    },
    TIMES,
  );
  return { server, end };
}

describe('a supervised server', () => {
  it('is started once for each death, at once for a first one', async () => {
    const { server, end } = openServer({ mayStart: true });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(server.starts).toBe(0);
    server.running = false;
    await vi.advanceTimersByTimeAsync(100);
    expect([server.starts, server.running]).toEqual([1, true]);
    await end();
  });

  it('that does not come up is tried ever later, then left alone with a last word', async () => {
    const { server, end } = openServer({ mayStart: false });
    server.running = false;
    await vi.advanceTimersByTimeAsync(900);
    expect(server.starts).toBe(1);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(server.starts).toBe(2);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.starts).toBe(3);
    expect(server.warnings.at(-2)).toBe(
      'the embedded Postgres could not be started again (try 3 of 3): no memory',
    );
    expect(server.warnings.at(-1)).toMatch(/is left as it is: see its log/);
    await end();
  });

  it('that keeps dying young is not started for ever', async () => {
    const { server, end } = openServer({ mayStart: true });
    for (let minute = 0; minute < 20; minute += 1) {
      server.running = false;
      await vi.advanceTimersByTimeAsync(6_000);
    }
    expect(server.starts).toBe(3);
    expect(server.warnings.filter((line) => line.includes('is left as it is'))).toHaveLength(1);
    await end();
  });

  it('that lived for long has all its tries again', async () => {
    const { server, end } = openServer({ mayStart: true });
    for (let death = 0; death < 8; death += 1) {
      server.running = false;
      await vi.advanceTimersByTimeAsync(70_000);
    }
    expect(server.starts).toBe(8);
    await end();
  });

  it('is left alone once the supervision has ended', async () => {
    const { server, end } = openServer({ mayStart: true });
    await end();
    server.running = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.starts).toBe(0);
  });
});
