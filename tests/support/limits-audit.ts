/**
 * Whether what a desk meant to send and what it holds lie inside its limits: reckoned here anew from the numbers of the
 * requests, the account and the venue's steps, without a line of the code that enforces them.
 */
import type { Account, Position } from '#domain/account.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Order } from '#domain/order.ts';
import type { CycleRecord } from '#domain/run.ts';

/** The desk's defaults, written down a second time on purpose. */
const MOST = {
  positions: 3,
  leverage: 10,
  riskFraction: 0.01,
  marginFraction: 0.05,
  totalMultiple: 10,
  throughFraction: 0.002,
};
const NOTIONAL_MULTIPLE = (symbol: string) => (/^(?:BTC|ETH)\//.test(symbol) ? 10 : 1.5);
const LEAST_REWARD = 2;
/** Steps and ticks are taken after the limits are met, and prices move between the gate and the send. */
const ROUNDING = 1.01;

export interface Audited {
  readonly symbols: readonly string[];
  readonly instruments: ReadonlyMap<string, Instrument>;
}

/** One line for each breach. */
export function breachesIn(record: CycleRecord, { symbols, instruments }: Audited): string[] {
  const found: string[] = [];
  const check = (isRight: boolean, breach: string) => {
    if (!isRight) found.push(`${record.runId}: ${breach}`);
  };
  const equity = Number(record.account.before?.equityQuote ?? 0);
  const intentIds = new Set(record.intents.map(({ request }) => request.clientOrderId));
  for (const order of record.orders)
    check(intentIds.has(order.clientOrderId), `order ${order.clientOrderId} without an intent`);
  for (const proposal of record.proposals) {
    const own = record.intents.filter(({ proposalId }) => proposalId === proposal.proposalId);
    const entries = own.filter(({ request }) => request.purpose === 'entry').map(({ request }) => request);
    if (entries.length === 0) continue;
    const name = proposal.proposalId;
    const quantity = entries.reduce((sum, { quantityBase }) => sum + Number(quantityBase), 0);
    const entry = Number(proposal.entryPriceQuote);
    const stop = Number(proposal.stopPriceQuote);
    const target = Number(proposal.targetPriceQuote);
    const sign = proposal.side === 'long' ? 1 : -1;
    const gate = record.verdicts.find((one) => one.proposalId === name && one.stage === 'gate');
    const review = record.verdicts.find((one) => one.proposalId === name && one.stage === 'risk');
    check(proposal.kind === 'open', `${name} enters and is no open`);
    check(quantity <= Number(gate?.quantityBase) * (1 + 1e-9), `${name} is larger than the gate passed`);
    check(quantity <= Number((review ?? gate)?.quantityBase) * (1 + 1e-9), `${name} is larger than reviewed`);
    check((entry - stop) * sign > 0, `${name} has its stop on the wrong side`);
    check((target - entry) * sign > 0, `${name} has its target on the wrong side`);
    check(
      ((target - entry) * sign) / ((entry - stop) * sign) >= LEAST_REWARD / ROUNDING,
      `${name} earns too little`,
    );
    check(
      quantity * Math.abs(entry - stop) <= equity * MOST.riskFraction * ROUNDING,
      `${name} risks too much`,
    );
    check(quantity * entry <= equity * NOTIONAL_MULTIPLE(proposal.symbol) * ROUNDING, `${name} is too large`);
    for (const request of entries) {
      check(request.leverage <= MOST.leverage, `${name} has leverage ${request.leverage}`);
      check(
        (quantity * entry) / request.leverage <= equity * MOST.marginFraction * ROUNDING,
        `${name} takes too much margin`,
      );
      check(request.side === (sign > 0 ? 'buy' : 'sell'), `${name} enters on the wrong side`);
      const price = Number(request.priceQuote ?? entry);
      check(
        Math.abs(price / entry - 1) <= MOST.throughFraction * ROUNDING,
        `${name} reaches through to ${price}`,
      );
    }
  }
  for (const { request, proposalId } of record.intents) {
    const name = `${request.purpose} ${request.symbol}`;
    const instrument = instruments.get(request.symbol);
    check(symbols.includes(request.symbol), `${name} is of no symbol of the universe`);
    check(Number(request.quantityBase) > 0, `${name} has the size ${request.quantityBase}`);
    check(isMultiple(request.quantityBase, instrument?.quantityStepBase), `${name} is off the step`);
    for (const price of [request.priceQuote, request.triggerPriceQuote])
      if (price !== null)
        check(isMultiple(price, instrument?.tickSizeQuote), `${name} is off the tick at ${price}`);
    check(
      request.reduceOnly === (request.purpose !== 'entry'),
      `${name} is ${request.reduceOnly ? '' : 'not '}reduce-only`,
    );
    const isKnown = record.proposals.some((proposal) => proposal.proposalId === proposalId);
    check(proposalId === null ? request.purpose !== 'entry' : isKnown, `${name} comes from no proposal`);
  }
  return found;
}

/** What the venue holds after a cycle. */
export function breachesAtVenue(
  {
    positions,
    orders,
    account,
  }: { positions: readonly Position[]; orders: readonly Order[]; account: Account },
  { symbols }: Audited,
): string[] {
  const found: string[] = [];
  const equity = Number(account.equityQuote);
  if (positions.length > MOST.positions) found.push(`${positions.length} positions are open`);
  const total = positions.reduce(
    (sum, { quantityBase, markPriceQuote }) => sum + Number(quantityBase) * Number(markPriceQuote),
    0,
  );
  if (total > equity * MOST.totalMultiple * ROUNDING) found.push(`the positions are worth ${total}`);
  for (const { symbol, side, quantityBase, leverage } of positions) {
    if (!symbols.includes(symbol)) found.push(`a position in ${symbol}`);
    if (leverage > MOST.leverage) found.push(`${symbol} is held with leverage ${leverage}`);
    const stops = orders.filter((order) => order.symbol === symbol && order.purpose === 'stop');
    const covered = stops.reduce((sum, stop) => sum + Number(stop.quantityBase), 0);
    if (Math.abs(covered / Number(quantityBase) - 1) > 1e-9)
      found.push(`${symbol}: stops cover ${covered} of ${quantityBase}`);
    if (stops.some((stop) => stop.side !== (side === 'long' ? 'sell' : 'buy')))
      found.push(`${symbol}: a stop that adds`);
  }
  for (const order of orders)
    if (!order.reduceOnly && !symbols.includes(order.symbol)) found.push(`an order in ${order.symbol}`);
  return found;
}

/** Whole numbers of the smallest unit that either is written in. */
function isMultiple(value: string, step: string | undefined): boolean {
  if (step === undefined) return false;
  const places = Math.max(...[value, step].map((text) => text.split('.')[1]?.length ?? 0));
  const units = (text: string) => BigInt(Number(text).toFixed(places).replace('.', ''));
  return units(step) > 0n && units(value) % units(step) === 0n;
}
