import { describe, expect, test } from 'vitest';
import { createConnection } from '../../../web/api/connection.ts';

function connectionAt(startMs: number) {
  const clock = { nowMs: startMs };
  return { clock, connection: createConnection(() => clock.nowMs) };
}

describe('the connection', () => {
  test('is not lost by one cut that is mended at once', () => {
    const { connection } = connectionAt(1_000);
    for (const status of ['live', 'waiting', 'connecting', 'live'] as const) connection.streamIs(status);
    expect(connection.state()).toEqual({ stream: 'live', lostSinceMs: null });
  });

  test('is lost since the last word, however often it is tried again, until the stream is live', () => {
    const { clock, connection } = connectionAt(1_000);
    connection.streamIs('live');
    clock.nowMs = 7_000;
    connection.heard();
    clock.nowMs = 9_000;
    connection.streamIs('waiting');
    expect(connection.state().lostSinceMs).toBeNull();
    for (const status of ['connecting', 'waiting', 'connecting', 'waiting', 'connecting'] as const)
      connection.streamIs(status);
    expect(connection.state().lostSinceMs).toBe(7_000);
    connection.streamIs('live');
    expect(connection.state().lostSinceMs).toBeNull();
  });

  test('that was never made is lost since the page was opened', () => {
    const { clock, connection } = connectionAt(1_000);
    clock.nowMs = 5_000;
    connection.streamIs('waiting');
    connection.streamIs('waiting');
    expect(connection.state().lostSinceMs).toBe(1_000);
  });

  test('tells its listeners of changes alone', () => {
    const { connection } = connectionAt(1_000);
    let told = 0;
    connection.onChange(() => told++);
    for (const status of ['live', 'live', 'waiting', 'waiting'] as const) connection.streamIs(status);
    expect(told).toBe(3);
  });
});
