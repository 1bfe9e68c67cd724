import { describe, expect, it } from 'vitest';
import type { NewLogLine } from '#domain/log-line.ts';
import { createLogTap } from '#server/logs/log-tap.ts';
import { readLine } from '#server/logs/read-line.ts';
import { shipLogs } from '#server/logs/ship-logs.ts';
import { createLogger } from '#server/telemetry/logger.ts';

const ORIGIN = { role: 'worker', process: 'host:1' };
const clock = { nowMs: () => 5_000 };

/** A table that can be away. */
function rowsInMemory() {
  const stored: NewLogLine[] = [];
  const state = { isAway: false, stored };
  return {
    state,
    rows: {
      async append(lines: readonly NewLogLine[]) {
        if (state.isAway) throw new Error('the database is away');
        stored.push(...lines);
      },
      async keepNewest() {},
    },
  };
}

describe('a line of the log', () => {
  it('is kept in its parts', () => {
    const text = '{"level":"warn","time":"2026-11-21T10:00:00.250Z","runId":"run_1","desk":"d","msg":"late"}';
    expect(readLine(text, ORIGIN, 1)).toEqual({
      ...ORIGIN,
      atMs: Date.UTC(2026, 10, 21, 10, 0, 0, 250),
      ...{ level: 'warn', message: 'late', runId: 'run_1', fields: { desk: 'd' } },
    });
  });

  it('is told as it is where it is no JSON, and cut where it is long', () => {
    expect(readLine('{"a": [redacted]}\n', ORIGIN, 7)).toMatchObject({
      ...{ atMs: 7, level: 'info', message: '{"a": [redacted]}', fields: {} },
    });
    const long = readLine(JSON.stringify({ msg: 'x'.repeat(9_000), err: 'y'.repeat(9_000) }), ORIGIN, 7);
    expect(long.message.length).toBeLessThanOrEqual(2_001);
    expect(JSON.stringify(long.fields).length).toBeLessThan(10_000);
  });
});

describe('shipping the log', () => {
  it('keeps no secret, whether by name, by shape or as configured', async () => {
    const tap = createLogTap();
    const logger = createLogger({ level: 'info', secrets: ['my-very-own-key'], destination: tap });
    logger.info({ apiKey: 'planted-by-name' }, 'GET https://venue/x?signature=planted-signature');
    logger.warn({ err: new Error('sent my-very-own-key with sk-proj-planted1234') }, 'my-very-own-key');
    logger.info({ url: 'postgres://vigil:planted-password@db/vigil' }, 'Bearer planted.token-1');
    const { rows, state } = rowsInMemory();
    const shipping = shipLogs({ tap, rows, role: 'api', clock });
    await shipping.stop();
    expect(state.stored).toHaveLength(3);
    const kept = JSON.stringify(state.stored);
    for (const secret of ['planted', 'my-very-own-key']) expect(kept).not.toContain(secret);
  });

  it('loses what a database that is away does not take, goes on, and says how much it was', async () => {
    const tap = createLogTap();
    const { rows, state } = rowsInMemory();
    state.isAway = true;
    for (let line = 0; line < 3; line += 1) tap.write(`{"msg":"lost ${line}"}`);
    const shipping = shipLogs({ tap, rows, role: 'api', clock });
    await shipping.flush();
    expect(state.stored).toEqual([]);
    state.isAway = false;
    tap.write('{"msg":"after"}');
    await shipping.stop();
    expect(state.stored.map(({ message }) => message)).toEqual([
      '3 lines of this process were lost: the database was away or too slow',
      'after',
    ]);
  });

  it('holds no more than its bound, the newest', async () => {
    const tap = createLogTap(undefined, 2);
    for (let line = 0; line < 9; line += 1) tap.write(`{"msg":"line ${line}"}`);
    const { rows, state } = rowsInMemory();
    await shipLogs({ tap, rows, role: 'guard', clock }).stop();
    expect(state.stored.map(({ message }) => message)).toEqual([
      '7 lines of this process were lost: the database was away or too slow',
      'line 7',
      'line 8',
    ]);
  });

  it('passes every line on to where the log goes as well', () => {
    const onward: string[] = [];
    const tap = createLogTap({ write: (line: string) => void onward.push(line) });
    createLogger({ level: 'info', destination: tap }).info({}, 'hello');
    expect(onward.join()).toContain('hello');
    expect(tap.waiting()).toBe(1);
  });
});
