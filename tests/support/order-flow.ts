/** One order flow: an entry with stop and target, prices that move, a person's hand, faults, a death, and the close. */
import { setTimeout as pause } from 'node:timers/promises';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { RandomSource } from '#domain/ids.ts';
import type { Instrument } from '#domain/instrument.ts';
import { venueSymbol } from '#domain/symbol.ts';
import { randomFor } from '#exchanges/generator/draws.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import { type FlowDesk, FlowFailure } from './order-flow-desk.ts';
import { drawFault, drawn } from './order-flow-faults.ts';
import type { FlowAnswer, FlowCommand } from './order-flow-wire.ts';
import type { VenueClient } from './venue/venue-client.ts';
import type { RemoteVenue } from './venue/venue-process.ts';

export interface FlowLane {
  readonly venue: RemoteVenue;
  readonly desk: FlowDesk;
  /** A person's hands on the same account. */
  readonly byHand: VenueClient;
  readonly seed: number;
}

/** What a quantity of each symbol begins at, in quote units. */
const NOTIONAL_QUOTE = 2_000;
const FAULTED_SHARE = 0.8;
const KILLED_SHARE = 0.13;
const LIQUIDATED_SHARE = 0.2;
const CLOCK_SHARE = 0.02;
/** A flow that has not ended by then never will: the test fails and says where it stands. */
/** Short enough for a flow to see an entry over time to its end. */
const ENTRY_DEADLINE_MS = 2_000;
const FLOW_LIMIT_MS = 90_000;

const DEATHS = [
  'prepare',
  'submit',
  'cancel',
  'planIntents',
  'planSent',
  'moveIntent',
  'saveBooks',
  'findOrder',
].flatMap((call) => [`before ${call}`, `after ${call}`]);

export async function runFlow(lane: FlowLane, instrument: Instrument, number: number): Promise<void> {
  const random = randomFor(lane.seed, instrument.symbol, number);
  const flowId = `flow-${lane.seed}-${number}`;
  const { venue, desk } = lane;
  const { symbol } = instrument;
  const name = venueSymbol(symbol);
  const startQuote = 100 + 10 * Math.floor(random.next() * 10);
  const endsBy = Date.now() + FLOW_LIMIT_MS;
  const ask = (command: FlowCommand) => untilAnswered(desk, command, `${flowId} ${command.kind}`, endsBy);
  await venue.setPrice(name, startQuote);
  if (random.next() < FAULTED_SHARE) await venue.addFault(drawFault(random, name));
  if (random.next() < FAULTED_SHARE / 2) await venue.addFault(drawFault(random, name));
  if (random.next() < CLOCK_SHARE) await venue.change({ clockAheadMs: drawn(random, [-1_500, 0, 1_500]) });
  planDeath(desk, random);

  const side = random.next() < 0.5 ? 'long' : 'short';
  const opening = openingOf(flowId, instrument, side, startQuote);
  for (let attempt = 0; ; attempt++) {
    const style = drawn(random, ['market', 'market', 'limit', 'twap'] as const);
    const placement = { ...opening, style, deadlineMs: ENTRY_DEADLINE_MS };
    const { denied } = await ask({ kind: 'place', runId: `${flowId}.${attempt}`, placement });
    if (denied === null || denied === 'position_exists') break;
    if (Date.now() > endsBy) throw new Error(`${flowId} is denied for ever: ${denied}`);
    await pause(150);
  }
  if (random.next() < LIQUIDATED_SHARE) {
    // Beyond the margin of five times, with a leap over the stop; whoever is left goes on where it began.
    const leapt = (startQuote * (side === 'long' ? 0.7 : 1.3)).toFixed(1);
    await venue.setPrice(name, { last: leapt, leaps: true });
    if (random.next() < 0.5) await ask({ kind: 'look' });
    await venue.setPrice(name, startQuote);
  }
  for (let moves = Math.floor(random.next() * 3); moves > 0; moves--) {
    await venue.setPrice(name, movedPrice(random, startQuote));
    if (random.next() < 0.15) await interfere(lane, random, { name, side, instrument });
    if (random.next() < 0.1) await venue.payFunding(name, '0.0001');
    if (random.next() < 0.5) await ask({ kind: 'look' });
  }
  for (let attempt = 0; ; attempt++) {
    const by = random.next() < 0.8 ? ('cycle' as const) : ('person' as const);
    const after = await ask({ kind: 'close', runId: `${flowId}.close.${attempt}`, symbol, by });
    if (isFlat(after, symbol)) return;
    if (Date.now() > endsBy) throw new Error(`${flowId} never ends: ${JSON.stringify(after)}`);
    await pause(100);
  }
}

/** Before or after a call that changes something, at any call, or at any instant. */
function planDeath(desk: FlowDesk, random: RandomSource): void {
  if (random.next() >= KILLED_SHARE) return;
  const way = random.next();
  if (way < 0.4) void desk.dieAt(drawn(random, DEATHS), 1 + Math.floor(random.next() * 3));
  else if (way < 0.8) void desk.dieAt(null, 1 + Math.floor(random.next() * 120));
  else setTimeout(() => void desk.kill(), random.next() * 600);
}

/** The queue runs an interrupted or failed step again. */
async function untilAnswered(
  desk: FlowDesk,
  command: FlowCommand,
  what: string,
  endsBy: number,
): Promise<FlowAnswer> {
  for (;;) {
    try {
      return await desk.ask(command);
    } catch (thrown) {
      if (!(thrown instanceof FlowFailure) || Date.now() > endsBy)
        throw new Error(`${what} has no answer`, { cause: thrown });
      await pause(100);
    }
  }
}

function isFlat({ positions, openOrders, unknownOutcomes, atWork }: FlowAnswer, symbol: string): boolean {
  const isHere = (one: { symbol: string }) => one.symbol === symbol;
  return unknownOutcomes === 0 && atWork === 0 && !positions.some(isHere) && !openOrders.some(isHere);
}

export function openingOf(
  flowId: string,
  { symbol, quantityStepBase, tickSizeQuote }: Instrument,
  side: 'long' | 'short',
  entryQuote: number,
): Placement {
  const at = (factor: number) =>
    decimalText(roundToStep(decimal(entryQuote).times(decimal(factor)), tickSizeQuote, 'down'));
  const quantityBase = decimalText(
    roundToStep(decimal(NOTIONAL_QUOTE).div(entryQuote), quantityStepBase, 'down'),
  );
  const isLong = side === 'long';
  const proposal = {
    proposalId: `${flowId}-open`,
    kind: 'open' as const,
    ...{ symbol, side, quantityBase, leverage: 5, conviction: isLong ? 0.6 : -0.6 },
    entryPriceQuote: decimalText(entryQuote),
    stopPriceQuote: at(isLong ? 0.97 : 1.03),
    targetPriceQuote: at(isLong ? 1.08 : 0.92),
    ...{ reason: 'a flow', atMs: Date.now() },
  };
  return { proposal, quantityBase, style: 'market' };
}

/** Near the entry, beyond the stop of one side and the target of none, or beyond the target of one. */
function movedPrice(random: RandomSource, startQuote: number): string {
  const factor = drawn(random, [0.99, 1.004, 1.01, 0.96, 1.04, 1.09, 0.91]);
  return (startQuote * factor).toFixed(1);
}

/** What a person may do past the desk; the venue may refuse it, and a fault may strike it. */
async function interfere(
  { byHand }: FlowLane,
  random: RandomSource,
  { name, side, instrument }: { name: string; side: 'long' | 'short'; instrument: Instrument },
): Promise<void> {
  const entering = side === 'long' ? 'BUY' : 'SELL';
  const leaving = side === 'long' ? 'SELL' : 'BUY';
  const quantity = decimalText(roundToStep(decimal(5), instrument.quantityStepBase, 'down'));
  const order = { symbol: name, type: 'MARKET', quantity };
  const whole = { algoType: 'CONDITIONAL', symbol: name, side: leaving, type: 'STOP_MARKET' };
  const stopQuote = side === 'long' ? '50' : '500';
  const deed = drawn(random, ['grow', 'shrink', 'turn', 'cancel all', 'stop'] as const);
  try {
    if (deed === 'grow') await byHand.fapiPrivatePostOrder({ ...order, side: entering });
    if (deed === 'shrink') await byHand.fapiPrivatePostOrder({ ...order, side: leaving, reduceOnly: 'true' });
    if (deed === 'turn') await byHand.fapiPrivatePostOrder({ ...order, quantity: '40', side: leaving });
    if (deed === 'stop') {
      const stop = { ...whole, triggerPrice: stopQuote, closePosition: 'true' };
      await byHand.request('algoOrder', 'fapiPrivate', 'POST', stop);
    }
    if (deed === 'cancel all')
      await byHand.request('algoOpenOrders', 'fapiPrivate', 'DELETE', { symbol: name });
  } catch {
    // The person sees it, too.
  }
}
