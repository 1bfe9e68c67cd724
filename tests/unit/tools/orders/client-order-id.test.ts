import { describe, expect, it } from 'vitest';
import { clientOrderId } from '#tools/orders/client-order-id.ts';

const IDENTITY = { runId: 'run-1', symbol: 'BTC/USDT:USDT', leg: 'entry', sequence: 0 } as const;

describe('a client order id', () => {
  it('is the same for the same identity, in every process', () => {
    // printf 'run-1|BTC/USDT:USDT|entry|0' | sha256sum
    expect(clientOrderId(IDENTITY)).toBe('vge0-4e7b48b2cc9968fd070bf899');
    expect(clientOrderId({ ...IDENTITY })).toBe(clientOrderId(IDENTITY));
  });

  it('differs by run, symbol, leg and sequence', () => {
    const ids = [
      clientOrderId(IDENTITY),
      clientOrderId({ ...IDENTITY, runId: 'run-2' }),
      clientOrderId({ ...IDENTITY, symbol: 'ETH/USDT:USDT' }),
      // An exit begins with the same letter as an entry.
      clientOrderId({ ...IDENTITY, leg: 'exit' }),
      clientOrderId({ ...IDENTITY, leg: 'stop' }),
      clientOrderId({ ...IDENTITY, leg: 'target' }),
      clientOrderId({ ...IDENTITY, sequence: 1 }),
      clientOrderId({ ...IDENTITY, sequence: 100 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('keeps to 36 characters of what every venue takes, however long the run’s name', () => {
    for (const sequence of [0, 9, 10, 99, 100, 12_345]) {
      const id = clientOrderId({ ...IDENTITY, runId: 'r'.repeat(500), sequence });
      expect(id).toMatch(/^[a-z0-9-]{1,36}$/);
    }
  });
});
