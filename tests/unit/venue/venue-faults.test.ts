import { describe, expect, it } from 'vitest';
import { createVenueFaults } from '../../support/venue/venue-faults.ts';

const call = {
  method: 'POST',
  path: '/fapi/v1/order',
  parameters: new URLSearchParams({ symbol: 'BTCUSDT' }),
};

function drawn(seed: number): string {
  const faults = createVenueFaults(seed);
  faults.add({ times: null, chanceFraction: 0.3, effect: { kind: 'clock-skew' } });
  return Array.from({ length: 50 }, () => faults.strike(call).length).join('');
}

describe("the venue's faults", () => {
  it('are drawn from the seed: the same seed strikes the same calls', () => {
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(2));
    expect(drawn(1)).toMatch(/0.*1/);
  });

  it('spare another method, another path, and another symbol', () => {
    const faults = createVenueFaults(1);
    const rule = { times: null, effect: { kind: 'clock-skew' } } as const;
    faults.add({ ...rule, method: 'GET' });
    faults.add({ ...rule, path: '/algoOrder' });
    faults.add({ ...rule, where: { symbol: 'ETHUSDT' } });
    expect(faults.strike(call)).toEqual([]);
  });

  it('strike together when several match', () => {
    const faults = createVenueFaults(1);
    faults.add({ effect: { kind: 'latency', ms: 1 } });
    faults.add({ effect: { kind: 'late-fill', afterMs: 5 } });
    expect(faults.strike(call).map(({ kind }) => kind)).toEqual(['latency', 'late-fill']);
    expect(faults.strike(call)).toEqual([]);
  });
});
