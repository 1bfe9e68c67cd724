import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { createRateBudget, type RateBudget } from '#exchanges/ccxt/rate-budget.ts';

const BEGIN_MS = 10 * MINUTE_MS;

let nowMs: number;
let waitedMs: number[];
let budget: RateBudget;

beforeEach(() => {
  nowMs = BEGIN_MS;
  waitedMs = [];
  budget = createRateBudget({
    exchangeId: 'binanceusdm',
    clock: { nowMs: () => nowMs },
    limitPerMinute: 1_000,
    wait: async (ms) => {
      waitedMs.push(ms);
      nowMs += ms;
    },
  });
});

function told(weight: number): void {
  const headers = { 'X-MBX-USED-WEIGHT-1M': String(weight) };
  budget.observe({ httpStatus: 200, headers, venueCode: null, venueText: null });
}

function refused(httpStatus: 429 | 418, headers: Record<string, string> = {}, venueText = 'Too many.'): void {
  budget.observe({ httpStatus, headers, venueCode: -1003, venueText });
}

describe('the rate budget', () => {
  it('lets what protects a position go out when the reads of the books are spent', async () => {
    told(900);
    await budget.admit('order');
    await budget.admit('guard');
    await expect(budget.admit('read')).rejects.toMatchObject({ code: 'venue_unavailable' });
    expect(waitedMs).toEqual([]);
  });

  it('tells what is spent and when reads go on', async () => {
    told(970);
    await expect(budget.admit('guard')).rejects.toThrow(/970 of the 1000 .* 1970-01-01T00:11:00/);
  });

  it('lets lists of candles wait for the next minute', async () => {
    told(600);
    nowMs += 20 * SECOND_MS;
    await budget.admit('bulk');
    expect(waitedMs).toEqual([40 * SECOND_MS]);
  });

  it('lets nothing go out while the venue has banned the address, and all at its end', async () => {
    refused(418, {}, `banned until ${Date.UTC(2025, 0, 1)}.`);
    await expect(budget.admit('order')).rejects.toMatchObject({ code: 'venue_unavailable' });
    nowMs = Date.UTC(2025, 0, 1);
    await budget.admit('order');
  });

  it('rests as long as the venue says', async () => {
    refused(429, { 'Retry-After': '3' });
    nowMs += 2_999;
    await expect(budget.admit('order')).rejects.toMatchObject({ code: 'venue_unavailable' });
    nowMs += 1;
    await budget.admit('order');
  });

  it('rests no longer than a position can wait for its stop when the venue names no time', async () => {
    refused(429);
    await expect(budget.admit('order')).rejects.toMatchObject({ code: 'venue_unavailable' });
    nowMs += 2 * SECOND_MS;
    await budget.admit('order');
  });
});
