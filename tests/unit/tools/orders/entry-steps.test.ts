import { describe, expect, it } from 'vitest';
import type { IntentStatus } from '#domain/intent.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { intent, order } from '#tests/support/database-rows.ts';
import { BTC, instrumentOf } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { type EntryFacts, nextEntryStep, slicesFor, unsentOf } from '#tools/orders/entry-steps.ts';
import type { EntryOrder } from '#tools/orders/order-store.ts';

const START_MS = 1_000_000;
const INSTRUMENT = instrumentOf(BTC);

function entryOf(over: Partial<WorkingEntry> = {}): WorkingEntry {
  const side = over.proposal?.side ?? 'long';
  return {
    ...{ entryId: 'entry-0', runId: 'run-1', deskId: 'desk', style: 'limit', quantityBase: '4', slices: 1 },
    ...{ startedAtMs: START_MS, deadlineAtMs: START_MS + 120_000 },
    proposal: {
      ...{ proposalId: 'p', kind: 'open', symbol: BTC, side, quantityBase: '4', entryPriceQuote: '100' },
      ...{ stopPriceQuote: '97', targetPriceQuote: '108', leverage: 5, conviction: 0.6, reason: '', atMs: 0 },
    },
    ...over,
  };
}

function short(over: Partial<WorkingEntry> = {}): WorkingEntry {
  const long = entryOf(over);
  return { ...long, proposal: { ...long.proposal, side: 'short' } };
}

function sentOrder(
  status: IntentStatus,
  { atMs = START_MS, filledBase = '0', quantityBase = '4', priceQuote = '100' } = {},
): EntryOrder {
  const base = intent('child', { status, createdAtMs: atMs, updatedAtMs: atMs, reason: 'would take' });
  return {
    intent: { ...base, request: { ...base.request, quantityBase, priceQuote } },
    order: order('child', { filledBase, quantityBase }),
  };
}

function factsOf(over: Partial<EntryFacts> = {}): EntryFacts {
  const { sent = [] } = over;
  const filled = sent.reduce((sum, one) => sum + Number(one.order?.filledBase ?? 0), 0);
  return {
    ...{ nowMs: START_MS, sent, instrument: INSTRUMENT, tradingMode: 'active', lastQuote: '100' },
    positions: filled > 0 ? [heldBtc('long', String(filled))] : [],
    ...over,
  };
}

function heldBtc(
  side: 'long' | 'short' = 'long',
  quantityBase = '1',
): NonNullable<EntryFacts['positions']>[number] {
  return {
    ...{ positionId: 'pos', symbol: BTC, side, quantityBase, entryPriceQuote: '100' },
    ...{ markPriceQuote: '100', leverage: 5, unrealisedQuote: '0', feesQuote: '0', fundingQuote: '0' },
    ...{ liquidationPriceQuote: null, marginQuote: '20', openedAtMs: START_MS },
  };
}

const later = (ms: number) => ({ nowMs: START_MS + ms });

describe('a limit that goes out over time', () => {
  it('rests at the last price with all that is left', () => {
    const step = nextEntryStep(entryOf(), factsOf({ lastQuote: '99.87' }));
    // Rounded to the tick of 0.1 towards paying less.
    expect(step).toEqual({ kind: 'send', quantityBase: '4', priceQuote: '99.8', timeInForce: 'post_only' });
    expect(nextEntryStep(short(), factsOf({ lastQuote: '100.03' }))).toMatchObject({ priceQuote: '100.1' });
    const inPart = factsOf({ sent: [sentOrder('cancelled', { filledBase: '1.5' })], ...later(5_000) });
    expect(nextEntryStep(entryOf(), inPart)).toMatchObject({ quantityBase: '2.5' });
  });

  it('follows a market that has left it behind, and never past its reach', () => {
    const sent = [sentOrder('acknowledged')];
    const at = (lastQuote: string, ms = 10_000) =>
      nextEntryStep(entryOf(), factsOf({ sent, lastQuote, ...later(ms) }));
    expect(at('100')).toEqual({ kind: 'wait' });
    expect(at('99')).toEqual({ kind: 'wait' });
    expect(at('100.1', 9_999)).toEqual({ kind: 'wait' });
    expect(at('100.1')).toMatchObject({ kind: 'follow', priceQuote: '100.1', quantityBase: '4' });
    // 100 × 1.002.
    expect(at('107')).toMatchObject({ kind: 'follow', priceQuote: '100.2' });
    const atItsReach = [sentOrder('acknowledged', { priceQuote: '100.2' })];
    expect(
      nextEntryStep(entryOf(), factsOf({ sent: atItsReach, lastQuote: '107', ...later(60_000) })),
    ).toEqual({
      kind: 'wait',
    });
    const falling = factsOf({ sent, lastQuote: '99.9', ...later(10_000) });
    expect(nextEntryStep(short(), falling)).toMatchObject({ kind: 'follow', priceQuote: '99.9' });
  });

  it('steps a tick back for each time the venue would not let it rest, with a pause, and gives up', () => {
    const rejected = (count: number) => Array.from({ length: count }, () => sentOrder('rejected'));
    const facts = factsOf({ sent: rejected(2), ...later(4_999) });
    expect(nextEntryStep(entryOf(), facts)).toEqual({ kind: 'wait' });
    expect(nextEntryStep(entryOf(), { ...facts, ...later(5_000) })).toMatchObject({ priceQuote: '99.8' });
    expect(nextEntryStep(short(), { ...facts, ...later(5_000) })).toMatchObject({ priceQuote: '100.2' });
    expect(nextEntryStep(entryOf(), factsOf({ sent: rejected(5) }))).toEqual({
      kind: 'end',
      why: 'turned away 5 times, last: would take; 0 of 4 filled',
    });
  });
});

describe('an order that is gone from the book', () => {
  const gone = (reason: string | null) => {
    const one = sentOrder('cancelled');
    return [{ ...one, intent: { ...one.intent, reason } }];
  };

  it('was turned away when it was not we who withdrew it: a pause, and a tick further off', () => {
    const sent = gone('cancelled by a person on the venue');
    expect(nextEntryStep(entryOf(), factsOf({ sent, ...later(1_000) }))).toEqual({ kind: 'wait' });
    expect(nextEntryStep(entryOf(), factsOf({ sent, ...later(5_000) }))).toMatchObject({
      priceQuote: '99.9',
    });
    expect(nextEntryStep(entryOf(), factsOf({ sent: gone(null), ...later(1_000) }))).toEqual({
      kind: 'wait',
    });
  });

  it('is followed at once when we withdrew it, or when it never left', () => {
    const sent = gone('withdrawn: follows to 100');
    expect(nextEntryStep(entryOf(), factsOf({ sent }))).toMatchObject({ kind: 'send', priceQuote: '100' });
    const unsent = [{ ...gone('its process stopped')[0]!, order: null }];
    expect(nextEntryStep(entryOf(), factsOf({ sent: unsent }))).toMatchObject({ kind: 'send' });
  });
});

describe('an entry over time', () => {
  const resting = sentOrder('partially_filled', { filledBase: '1' });

  it.each([
    ['its deadline', later(120_000), 'its deadline has come; 1 of 4 filled'],
    ['a halt', { tradingMode: 'halted' as const }, 'trading is halted; 1 of 4 filled'],
    ['a desk that only reduces', { tradingMode: 'reducing' as const }, 'trading is reducing; 1 of 4 filled'],
    [
      'a market that falls against it',
      { atRisk: { sides: ['long' as const], sinceMs: 0, message: 'BTC fell 11%' } },
      'no new long: BTC fell 11%; 1 of 4 filled',
    ],
    ['the end of its position', { positions: [] }, 'its position is closed; 1 of 4 filled'],
    [
      'less being held than it filled',
      { positions: [heldBtc('long', '0.4')] },
      'its position has been reduced; 1 of 4 filled',
    ],
    ['a position turned round', { positions: [heldBtc('short')] }, 'its position is closed; 1 of 4 filled'],
  ])('is withdrawn at %s, and is over', (_what, over, why) => {
    for (const style of ['limit', 'twap'] as const) {
      const withdrawn = nextEntryStep(entryOf({ style }), factsOf({ sent: [resting], ...over }));
      expect(withdrawn).toEqual({ kind: 'withdraw', resting, why });
      const sent = [sentOrder('cancelled', { filledBase: '1' })];
      expect(nextEntryStep(entryOf({ style }), factsOf({ sent, ...over }))).toEqual({ kind: 'end', why });
    }
  });

  it('is over when what is left cannot be sent any more', () => {
    // 0.04 at 100 is under the venue's minimum of 5.
    const sent = [sentOrder('cancelled', { filledBase: '3.96' })];
    expect(nextEntryStep(entryOf(), factsOf({ sent }))).toEqual({ kind: 'end', why: '3.96 of 4 filled' });
  });

  it.each([
    ['an outcome is not known', { sent: [sentOrder('unknown')], ...later(999_999) }],
    ['an order is on its way', { sent: [sentOrder('sent')] }],
    ['the trading state cannot be read', { tradingMode: null }],
    [
      'positions cannot be read',
      { sent: [sentOrder('partially_filled', { filledBase: '1' })], positions: null },
    ],
    ['there is no sound price', { lastQuote: null }],
  ])('waits while %s', (_what, over) => {
    for (const style of ['limit', 'twap'] as const)
      expect(nextEntryStep(entryOf({ style }), factsOf(over))).toEqual({ kind: 'wait' });
  });

  it('ends at its deadline although nothing can be read', () => {
    const blind = factsOf({ tradingMode: null, lastQuote: null, ...later(120_000) });
    expect(nextEntryStep(entryOf(), blind)).toMatchObject({ kind: 'end' });
  });

  it('speaks for what it has yet to send', () => {
    const sent = [
      sentOrder('cancelled', { filledBase: '0.5', quantityBase: '1' }),
      sentOrder('partially_filled', { filledBase: '0.25', quantityBase: '1' }),
    ];
    // 0.75 has filled and 0.75 rests.
    expect(unsentOf(entryOf(), sent).toFixed()).toBe('2.5');
    expect(unsentOf(entryOf(), []).toFixed()).toBe('4');
  });
});

describe('a twap', () => {
  const twap = (over: Partial<WorkingEntry> = {}) => entryOf({ style: 'twap', slices: 4, ...over });

  it('sends one slice in each slot, a little through the price of the moment', () => {
    expect(nextEntryStep(twap(), factsOf({ lastQuote: '101' }))).toEqual({
      kind: 'send',
      quantityBase: '1',
      // 101 × 1.002 on the tick below.
      priceQuote: '101.2',
      timeInForce: 'ioc',
    });
    const first = [sentOrder('filled', { filledBase: '1', quantityBase: '1' })];
    const at = (ms: number) => nextEntryStep(twap(), factsOf({ sent: first, ...later(ms) }));
    expect(at(29_999)).toEqual({ kind: 'wait' });
    expect(at(30_000)).toMatchObject({ kind: 'send', quantityBase: '1' });
  });

  it('shares what a slot has missed among those after it', () => {
    const first = [sentOrder('cancelled', { filledBase: '0.1', quantityBase: '1' })];
    const at = (ms: number) => nextEntryStep(twap(), factsOf({ sent: first, ...later(ms) }));
    expect(at(30_000)).toMatchObject({ quantityBase: '1.3' });
    expect(at(119_000)).toMatchObject({ quantityBase: '3.9' });
  });

  it('is cut in half minutes, two at least, and never under twice the minimum of the venue', () => {
    const slices = (quantityBase: string, durationMs: number) =>
      slicesFor({ quantityBase, priceQuote: '100', durationMs }, INSTRUMENT);
    expect(slices('4', 120_000)).toBe(4);
    expect(slices('4', 1_000)).toBe(2);
    expect(slices('4', 3_600_000)).toBe(20);
    // 25 quote are two and a half slices of 10.
    expect(slices('0.25', 120_000)).toBe(2);
    expect(slices('0.06', 120_000)).toBe(1);
  });
});
