import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startPulse } from '#server/engine/run-pulse.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';

function openPulse() {
  const row = { isCancelRequested: false, asked: 0, ended: [] as string[] };
  const clock = { now: 0 };
  const pulse = startPulse('run-1', {
    owner: 'process-1',
    runs: {
      get: async () => ({ status: 'running' }),
      heartbeat: async () => true,
      isCancelRequested: async () => {
        row.asked += 1;
        return row.isCancelRequested;
      },
      end: async (_runId, status) => {
        row.ended.push(status);
        return true;
      },
    },
    wallClock: { nowMs: () => clock.now },
    logger: SILENT_LOGGER,
  });
  onTestFinished(() => pulse.stop());
  return { row, clock, control: pulse.control };
}

test('a node that begins at once goes by the look from when the one before had done its work', async () => {
  const { row, control } = openPulse();
  expect(await control.isCancelled()).toBe(false);
  row.isCancelRequested = true;
  control.lookAhead?.();
  await setImmediate();
  expect(await control.isCancelled()).toBe(true);
  expect({ asked: row.asked, ended: row.ended }).toEqual({ asked: 2, ended: ['cancelled'] });
  expect(await control.isCancelled()).toBe(true);
});

test('a node that begins later asks for itself', async () => {
  const { row, clock, control } = openPulse();
  control.lookAhead?.();
  await setImmediate();
  clock.now = 60;
  row.isCancelRequested = true;
  expect(await control.isCancelled()).toBe(true);
  expect(row.asked).toBe(2);
});

test('nodes of a fan-out share one look', async () => {
  const { row, control } = openPulse();
  control.lookAhead?.();
  await setImmediate();
  expect(await Promise.all([control.isCancelled(), control.isCancelled()])).toEqual([false, false]);
  expect(row.asked).toBe(1);
});
