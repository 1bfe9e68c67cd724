import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import {
  type ChannelState,
  openChannel,
  type StreamChannel,
  waitAfter,
} from '#exchanges/ccxt/stream-channel.ts';

/** A connection in the test's hand: it speaks, says nonsense or breaks when the test says so. */
interface Wire {
  speak(isOfUse?: boolean): Promise<void>;
  fail(): Promise<void>;
  endedWith: Error | null;
  readonly next: () => Promise<void>;
  readonly take: () => boolean;
}

function createWire(): Wire {
  let isOfUse = true;
  let resolve = () => {};
  let reject = (_: Error) => {};
  return {
    endedWith: null,
    next() {
      return new Promise<void>((tell, refuse) => {
        resolve = tell;
        reject = refuse;
      });
    },
    take: () => isOfUse,
    async speak(use = true) {
      isOfUse = use;
      resolve();
      await vi.advanceTimersByTimeAsync(0);
    },
    async fail() {
      reject(new Error('cut'));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('stream channel', () => {
  let wires: Wire[];
  let waits: number[];
  let changes: ChannelState[];
  let channel: StreamChannel;
  let endWait = () => {};
  const last = () => wires.at(-1) ?? expect.fail('never connected');

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_760_000_000_000 });
    wires = [];
    waits = [];
    changes = [];
    channel = openChannel<Wire>({
      connect() {
        const wire = createWire();
        wires.push(wire);
        return wire;
      },
      end(wire, reason) {
        wire.endedWith ??= reason;
        void wire.fail();
      },
      next: (wire) => wire.next(),
      take: (wire) => wire.take(),
      silentAfterMs: MINUTE_MS,
      clock: { nowMs: Date.now },
      wait(ms, signal) {
        waits.push(ms);
        return new Promise<void>((resolve, reject) => {
          endWait = resolve;
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
      onChange: (state) => void changes.push(state),
    });
  });
  afterEach(async () => {
    await channel.close();
    vi.useRealTimers();
  });

  async function reconnect(): Promise<void> {
    endWait();
    await vi.advanceTimersByTimeAsync(0);
  }

  it('waits longer after each failure in a row, never longer than half a minute', async () => {
    for (let failure = 1; failure <= 9; failure++) {
      await last().fail();
      await reconnect();
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(waitAfter(1_000_000)).toBe(30_000);
    expect(changes).toEqual(['away']);
  });

  it('does not take a connection that speaks and breaks at once for a recovery of its own', async () => {
    for (let failure = 1; failure <= 4; failure++) {
      await last().speak();
      await last().fail();
      await reconnect();
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
  });

  it('begins anew with a short wait once a connection has stood for a minute', async () => {
    for (let failure = 1; failure <= 4; failure++) {
      await last().fail();
      await reconnect();
    }
    for (let second = 0; second <= 60; second += 30) {
      await last().speak();
      await vi.advanceTimersByTimeAsync(30 * SECOND_MS);
    }
    await last().fail();
    expect(waits.at(-1)).toBe(500);
  });

  it('gives a connection up that says nothing of use for too long', async () => {
    await last().speak();
    await vi.advanceTimersByTimeAsync(MINUTE_MS - 1);
    await last().speak(false);
    expect(channel.state).toBe('streaming');
    await vi.advanceTimersByTimeAsync(1);
    expect(channel.state).toBe('away');
    expect(wires[0]?.endedWith?.message).toContain('60000 ms');
  });

  it('ends its connection, connects no more and says nothing when it is closed', async () => {
    await last().speak();
    await channel.close();
    expect(wires[0]?.endedWith).not.toBeNull();
    expect(changes).toEqual(['streaming']);
    expect(wires).toHaveLength(1);
  });

  it('connects no more when its wait ends at the moment it is closed', async () => {
    await last().fail();
    endWait();
    await channel.close();
    expect(wires).toHaveLength(1);
  });

  it('is closed at once while it waits to connect anew', async () => {
    await last().fail();
    await channel.close();
    expect(wires).toHaveLength(1);
  });
});
