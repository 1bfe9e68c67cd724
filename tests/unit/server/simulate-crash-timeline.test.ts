import { describe, expect, it } from 'vitest';
import type { StoredAudit, StoredFill } from '#db/repositories/desk-story.ts';
import type { Order, OrderRequest } from '#domain/order.ts';
import { createDrillClock } from '#server/cli/simulate-crash-clock.ts';
import {
  auditEntries,
  callEntries,
  fillEntries,
  saidEntries,
} from '#server/cli/simulate-crash-desk-entries.ts';
import { type DrillEvidence, outcomeOf } from '#server/cli/simulate-crash-outcome.ts';
import { assembleTimeline } from '#server/cli/simulate-crash-timeline.ts';
import type { VenueCall } from '#server/cli/simulate-crash-witness.ts';

const BTC = 'BTC/USDT:USDT';
const WALL_MS = 10_000;

function request(asked: Partial<OrderRequest>): OrderRequest {
  return {
    ...{ clientOrderId: 'one', symbol: BTC, side: 'buy', type: 'limit', purpose: 'entry', quantityBase: '2' },
    ...{ priceQuote: '100', triggerPriceQuote: null, reduceOnly: false, timeInForce: 'gtc', leverage: 2 },
    ...asked,
  } as OrderRequest;
}

function submitted(
  asked: Partial<OrderRequest>,
  wallMs: number,
  status: Order['status'] = 'pending',
): VenueCall {
  const sent = request(asked);
  return {
    ...{
      kind: 'submit',
      symbol: sent.symbol,
      clientOrderId: sent.clientOrderId,
      request: sent,
      failure: null,
    },
    ...{ sentWallMs: wallMs, answeredWallMs: wallMs + 10, order: { ...sent, status } as Order },
  };
}

function cancelled(clientOrderId: string, wallMs: number, answer: Partial<VenueCall> = {}): VenueCall {
  const order = { ...request({ clientOrderId }), status: 'cancelled' } as Order;
  return {
    ...{ kind: 'cancel', symbol: BTC, clientOrderId, request: null, failure: null, order },
    ...{ sentWallMs: wallMs, answeredWallMs: wallMs + 10, ...answer },
  };
}

function audit(action: string, atMs: number, details: Record<string, unknown>): StoredAudit {
  return { auditId: 1, actor: 'breaker:guard', subject: 'desk:one', action, atMs, details, origin: null };
}

const stop = {
  purpose: 'stop',
  side: 'sell',
  type: 'stop_market',
  priceQuote: null,
  reduceOnly: true,
} as const;
const told = (entries: { what: string; detail: string }[]) =>
  entries.map(({ what, detail }) => `${what}: ${detail}`);

describe('the timeline of a drill', () => {
  it('brings both clocks into the order of the wall, counted from the price that tripped', () => {
    let wallMs = WALL_MS;
    const clock = createDrillClock(0, [{ untilMs: 600_000, speed: 60 }], { nowMs: () => wallMs });
    clock.begin();
    wallMs += 1;
    const timeline = assembleTimeline(
      [
        { at: { wallMs: WALL_MS + 5_200 }, what: 'halt_stored', detail: '', facts: { actor: 'x' } },
        { at: { wallMs: WALL_MS - 1_000 }, what: 'held', detail: '' },
        { at: { marketMs: 300_000 }, what: 'crossed', detail: '' },
      ],
      clock,
      300_000,
    );
    expect(timeline).toEqual([
      { atMs: 0, wallMs: -6_000, what: 'held', detail: '' },
      { atMs: 300_000, wallMs: 0, what: 'crossed', detail: '' },
      { atMs: 312_000, wallMs: 200, what: 'halt_stored', detail: '', actor: 'x' },
    ]);
  });
});

describe('what goes over the wire', () => {
  it('is told as sent and acknowledged for an entry, and in one line for protection', () => {
    const calls = [
      submitted({}, 1_000),
      submitted({ ...stop, clientOrderId: 'stop', triggerPriceQuote: '90' }, 1_100),
      cancelled('one', 2_000),
      cancelled('stop', 3_000),
    ];
    expect(told(callEntries(calls))).toEqual([
      'entry_sent: buy 2 BTC limit 100: pending',
      'stop_placed: BTC long at 90: pending',
      'cancel_sent: entry BTC at 100',
      'cancel_acknowledged: entry BTC at 100: cancelled',
      'cancel_acknowledged: stop BTC at 90: cancelled',
    ]);
  });

  it('is a tightened stop only where the new one is nearer to the market', () => {
    const at = (triggerPriceQuote: string, side: 'buy' | 'sell') =>
      submitted({ ...stop, side, triggerPriceQuote, clientOrderId: `${side}${triggerPriceQuote}` }, 1_000);
    expect(told(callEntries([at('90', 'sell'), at('95', 'sell'), at('94', 'sell')]))).toEqual([
      'stop_placed: BTC long at 90: pending',
      'stop_tightened: BTC long: 90 → 95',
      'stop_placed: BTC long at 94: pending',
    ]);
    expect(told(callEntries([at('110', 'buy'), at('105', 'buy')]))[1]).toBe(
      'stop_tightened: BTC short: 110 → 105',
    );
  });

  it('tells a cancel that failed, and one without an answer', () => {
    const failed = cancelled('one', 1_000, { order: null, failure: 'the venue is away' });
    const silent = cancelled('two', 2_000, { order: null, answeredWallMs: null });
    expect(callEntries([submitted({}, 0), failed, silent]).map(({ what }) => what)).toEqual([
      'entry_sent',
      'cancel_sent',
      'cancel_failed',
      'cancel_sent',
    ]);
  });
});

describe('what the desk stored and said', () => {
  it('names each change of the trading state by where it leads, whatever the action is called', () => {
    const audits = [
      audit('trading.tighten', 1, { to: 'halted', reason: 'BTC fell', endsBy: 'recovery' }),
      audit('trading.tighten', 2, { to: 'reducing', reason: 'on watch' }),
      audit('trading.recover', 3, { to: 'active', reason: 'it is back' }),
      audit('something.new', 4, { reason: 'as yet unknown' }),
    ];
    expect(told(auditEntries(audits))).toEqual([
      'halt_stored: halted by breaker:guard until the market is back: BTC fell',
      'reducing_stored: reducing by breaker:guard: on watch',
      'rearmed: active by breaker:guard: it is back',
      'something_new: by breaker:guard: as yet unknown',
    ]);
  });

  it('tells a stored event with its reasons, its actions and its snapshot', () => {
    const event = {
      ...{ level: 'tripped', reasons: [{ message: 'BTC fell 16%' }], snapshotId: 'snap-1' },
      actions: [
        { name: 'halted', detail: 'x' },
        { name: 'cancelled BTC', detail: 'entry one' },
      ],
    };
    expect(told(auditEntries([audit('breaker.event', 1, event)]))).toEqual([
      'event_stored: tripped: BTC fell 16%; halted, cancelled BTC (entry one); with its snapshot snap-1',
    ]);
  });

  it('passes on every warning, and of the quiet lines nothing', () => {
    const line = { wallMs: 1, fields: { deskId: 'one', reason: 'no answer' } };
    const lines = [
      { ...line, level: 'info' as const, message: 'custody' },
      { ...line, level: 'warn' as const, message: 'the stop was refused' },
      {
        ...line,
        level: 'error' as const,
        message: 'the breaker has tripped',
        fields: { reasons: [{ message: 'BTC fell' }] },
      },
    ];
    expect(told(saidEntries(lines))).toEqual([
      'desk_said: the stop was refused: reason no answer',
      'trip_told: the breaker has tripped: BTC fell',
    ]);
  });

  it('adds the parts of one fill up, and leaves out how the book was laid', () => {
    const part: Omit<StoredFill, 'clientOrderId' | 'atMs'> = {
      ...{ deskId: 'd', venueOrderId: 'v', symbol: BTC, side: 'sell', purpose: 'stop', liquidity: 'taker' },
      ...{
        fillId: 'f',
        quantityBase: '1',
        priceQuote: '90',
        feeQuote: '0.5',
        realisedQuote: '-10',
        sequence: 1,
      },
    };
    const fills = [
      { ...part, clientOrderId: 'laid', atMs: 100 },
      { ...part, clientOrderId: 'stop', atMs: 200 },
      { ...part, clientOrderId: 'stop', atMs: 300 },
    ];
    expect(told(fillEntries(fills, 100))).toEqual(['stop_filled: sell 2 BTC at 90, -21 after its fee']);
  });
});

describe('what a drill comes to', () => {
  const halted = audit('trading.tighten', 1_500, { to: 'halted' });
  const crossing = { crossedAtMs: 0 };
  const evidence = (found: Partial<DrillEvidence>): DrillEvidence => ({
    story: { crossing, deepest: [] } as unknown as DrillEvidence['story'],
    ...{ calls: [], lines: [], audits: [halted], fills: [], equity: [], account: null, positions: [] },
    state: { mode: 'halted', reason: '', setBy: 'breaker:guard', sinceMs: 0 },
    ...{ wallAt: (marketMs) => marketMs, crossedWallMs: 1_000, ...found },
  });
  const held = (found: Partial<DrillEvidence>) =>
    outcomeOf(evidence(found)).bounds.map((bound) => bound.held);

  it('holds the five seconds where the last resting entry is acknowledged within them', () => {
    expect(held({ calls: [submitted({}, 0), cancelled('one', 5_990)] })).toEqual([true, true]);
    expect(held({ calls: [submitted({}, 0), cancelled('one', 5_991)] })).toEqual([false, true]);
  });

  it('does not hold them where an entry rests to the end', () => {
    const outcome = outcomeOf(evidence({ calls: [submitted({}, 0)] }));
    expect(outcome.bounds[0]).toMatchObject({ held: false, detail: 'one still rested at the end' });
    expect(outcome.left.restingEntries).toEqual(['one']);
  });

  it('counts an entry that filled as resting no more', () => {
    const fills = [{ clientOrderId: 'one', quantityBase: '2', atMs: 2_000 }];
    expect(held({ calls: [submitted({}, 0)], fills })).toEqual([true, true]);
    const half = [{ clientOrderId: 'one', quantityBase: '1', atMs: 2_000 }];
    expect(held({ calls: [submitted({}, 0)], fills: half })).toEqual([false, true]);
  });

  it('has nothing to hold where nothing rested when the price crossed, or nothing tripped', () => {
    expect(held({ calls: [submitted({}, 0), cancelled('one', 500)] })).toEqual([null, true]);
    expect(held({ audits: [], crossedWallMs: null })).toEqual([null, null]);
  });

  it('does not hold where something opens between the halt and its end, and does after it', () => {
    const entry = (wallMs: number) => [submitted({}, wallMs, 'filled')];
    expect(held({ calls: entry(1_400) })[1]).toBe(true);
    expect(held({ calls: entry(1_600) })[1]).toBe(false);
    const audits = [halted, audit('trading.recover', 3_000, { to: 'active' })];
    expect(held({ calls: entry(3_100), audits })[1]).toBe(true);
  });

  it('lets what only reduces pass while it is halted', () => {
    expect(held({ calls: [submitted({ ...stop, triggerPriceQuote: '90' }, 2_000)] })[1]).toBe(true);
  });

  it('tells how fast the desk was, and the worst of its equity', () => {
    const equity = ['100', '110', '99', '104.5'].map((equityQuote, atMs) => ({ atMs, equityQuote }));
    const lines = [
      { wallMs: 1_300, level: 'error' as const, message: 'the breaker has tripped', fields: {} },
    ];
    const outcome = outcomeOf(evidence({ equity, lines }));
    expect(outcome).toMatchObject({ tripped: true, toldAfterMs: 300, haltedAfterMs: 500 });
    expect(outcome.equity).toMatchObject({ beforeQuote: '100', afterQuote: '104.5', worstAtMs: 2 });
    expect(outcome.equity.worstDrawdownFraction).toBeCloseTo(0.1, 10);
  });
});
