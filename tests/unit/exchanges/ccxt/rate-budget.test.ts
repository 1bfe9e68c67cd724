import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#domain/time.ts';
import { type CallRank, createRateBudget } from '#exchanges/ccxt/rate-budget.ts';

const LIMIT = 1_000;
const RANKS: readonly CallRank[] = ['order', 'guard', 'read', 'bulk'];
/** Ten seconds into a minute. */
const NOW_MS = Date.UTC(2025, 0, 1, 12, 0, 10);

const clock = { atMs: NOW_MS, nowMs: () => clock.atMs };
const waits: number[] = [];
beforeEach(() => {
  clock.atMs = NOW_MS;
  waits.length = 0;
});

function budgetOf({ limitPerMinute = LIMIT as number | null, earlyByMs = 0 } = {}) {
  return createRateBudget({
    exchangeId: 'binanceusdm',
    clock,
    limitPerMinute,
    wait: async (ms) => {
      waits.push(ms);
      // A timer may fire a moment early, once.
      clock.atMs += waits.length === 1 ? ms - earlyByMs : ms;
    },
  });
}

const reply = (
  httpStatus: number,
  headers: Record<string, string> = {},
  venueText: string | null = null,
) => ({
  httpStatus,
  headers,
  venueCode: null,
  venueText,
});
const weighing = (weight: number) => reply(200, { 'X-MBX-USED-WEIGHT-1M': String(weight) });

async function admitted(budget: ReturnType<typeof budgetOf>): Promise<CallRank[]> {
  const passed: CallRank[] = [];
  for (const rank of RANKS) {
    const atMs = clock.atMs;
    const isThrough = await budget.admit(rank).then(
      () => clock.atMs === atMs,
      () => false,
    );
    clock.atMs = atMs;
    if (isThrough) passed.push(rank);
  }
  return passed;
}

it.each([
  [499, ['order', 'guard', 'read', 'bulk']],
  [500, ['order', 'guard', 'read']],
  [800, ['order', 'guard']],
  [950, ['order']],
  [5_000, ['order']],
])('lets through at once, at %i of 1,000: %j', async (weight, ranks) => {
  const budget = budgetOf();
  budget.observe(weighing(weight));
  expect(await admitted(budget)).toEqual(ranks);
});

it('counts by the venue’s last word, in any spelling of its header', async () => {
  const budget = budgetOf();
  budget.observe(weighing(5_000));
  budget.observe(reply(200, { 'x-mbx-used-weight-1m': '10' }));
  budget.observe(reply(200, {}));
  budget.observe(reply(200, { 'x-mbx-used-weight-1m': 'n/a' }));
  expect(await admitted(budget)).toEqual(RANKS);
});

it('lets everything through on a venue that tells no limit', async () => {
  const budget = budgetOf({ limitPerMinute: null });
  budget.observe(weighing(1_000_000));
  expect(await admitted(budget)).toEqual(RANKS);
});

describe('a call for bulk', () => {
  it('waits for the next minute', async () => {
    const budget = budgetOf();
    budget.observe(weighing(500));
    await budget.admit('bulk');
    expect(waits).toEqual([50_000]);
  });

  it('waits on when its timer fires before the minute has turned', async () => {
    const budget = budgetOf({ earlyByMs: 1 });
    budget.observe(weighing(500));
    await budget.admit('bulk');
    expect(waits).toEqual([50_000, 1]);
    expect(clock.atMs % MINUTE_MS).toBe(0);
  });

  it('does not wait when the count is of a minute that has passed', async () => {
    const budget = budgetOf();
    budget.observe(weighing(500));
    clock.atMs += 50_000;
    await budget.admit('bulk');
    expect(waits).toEqual([]);
  });

  it('is refused when a ban came while it waited', async () => {
    const budget = budgetOf();
    budget.observe(weighing(500));
    const waiting = budget.admit('bulk');
    budget.observe(reply(418, { 'Retry-After': '120' }));
    await expect(waiting).rejects.toMatchObject({ code: 'venue_unavailable' });
  });
});

it('says how much is used and when reads go on', async () => {
  const budget = budgetOf();
  budget.observe(weighing(960));
  await expect(budget.admit('guard')).rejects.toMatchObject({
    code: 'venue_unavailable',
    message:
      '960 of the 1000 that binanceusdm allows a minute are used: reads go on at 2025-01-01T12:01:00.000Z',
  });
});

describe('while the venue refuses for load', () => {
  it('keeps all but orders back: a position may be waiting for its stop', async () => {
    const budget = budgetOf();
    budget.observe(reply(429, { 'Retry-After': '30' }));
    expect(await admitted(budget)).toEqual(['order']);
    clock.atMs += 29_999;
    expect(await admitted(budget)).toEqual(['order']);
    clock.atMs += 1;
    expect(await admitted(budget)).toEqual(RANKS);
  });

  it('keeps them back for a moment when it names no time', async () => {
    const budget = budgetOf();
    budget.observe(reply(429));
    expect(await admitted(budget)).toEqual(['order']);
    clock.atMs += 1_500;
    expect(await admitted(budget)).toEqual(RANKS);
  });
});

describe('while the venue bans this address', () => {
  const END_MS = NOW_MS + 120_000;
  const words = `Way too many requests; IP(203.0.113.7) banned until ${END_MS}. Please use the websocket.`;

  it('keeps everything back until the end its words name', async () => {
    const budget = budgetOf();
    budget.observe(reply(418, {}, words));
    await expect(budget.admit('order')).rejects.toMatchObject({
      code: 'venue_unavailable',
      message: 'binanceusdm refuses calls of this address for load until 2025-01-01T12:02:10.000Z',
    });
    clock.atMs = END_MS - 1;
    expect(await admitted(budget)).toEqual([]);
    clock.atMs = END_MS;
    expect(await admitted(budget)).toEqual(RANKS);
  });

  it('is not let off by a later refusal that names less', async () => {
    const budget = budgetOf();
    budget.observe(reply(418, {}, words));
    budget.observe(reply(418));
    budget.observe(reply(429));
    clock.atMs = END_MS - 1;
    expect(await admitted(budget)).toEqual([]);
  });

  it('keeps back for a moment where the words name an end that has passed', async () => {
    const budget = budgetOf();
    budget.observe(reply(418, {}, 'banned until 1000000000000'));
    expect(await admitted(budget)).toEqual([]);
    clock.atMs += 1_500;
    expect(await admitted(budget)).toEqual(RANKS);
  });
});
