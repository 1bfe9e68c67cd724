/** Drives a venue that runs in a process of its own: JSON in, JSON out, below `/control/`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { TestVenue } from './start-venue.ts';
import type { FaultRule } from './venue-faults.ts';

type Command = (venue: TestVenue, body: unknown) => unknown;

const PriceCommand = z.object({
  symbol: z.string(),
  price: z.union([
    z.string(),
    z.number(),
    z.object({
      last: z.string(),
      mark: z.string().optional(),
      bid: z.string().optional(),
      ask: z.string().optional(),
      leaps: z.boolean().optional(),
    }),
  ]),
});
const AdvanceCommand = z.object({ ms: z.number() });
const FundingCommand = z.object({ symbol: z.string(), rateFraction: z.string() });
const FillCommand = z.object({
  clientOrderId: z.string(),
  quantity: z.string().optional(),
  price: z.string().optional(),
});
const SettingsCommand = z.object({
  clockAheadMs: z.number().optional(),
  checksTimestamps: z.boolean().optional(),
  keyMayWithdraw: z.boolean().optional(),
  keyMayTrade: z.boolean().optional(),
  staleSymbol: z.string().nullable().optional(),
  gappedSymbol: z.string().nullable().optional(),
  candleHole: z.object({ symbol: z.string(), fromMs: z.number(), toMs: z.number() }).nullable().optional(),
  spoiltSymbol: z.string().nullable().optional(),
  brokenSymbol: z.string().nullable().optional(),
  countsWeight: z.boolean().optional(),
  untoldFills: z.array(z.number()).optional(),
});

const COMMANDS: Readonly<Record<string, Command>> = {
  price: (venue, body) => {
    const { symbol, price } = PriceCommand.parse(body);
    return venue.setPrice(symbol, price);
  },
  advance: (venue, body) => venue.advance(AdvanceCommand.parse(body).ms),
  // The rule's shape is held by the one caller's type: this is no border.
  fault: (venue, body) => venue.faults.add(body as FaultRule),
  'clear-faults': (venue) => venue.faults.clear(),
  funding: (venue, body) => {
    const { symbol, rateFraction } = FundingCommand.parse(body);
    venue.payFunding(symbol, rateFraction);
  },
  fill: (venue, body) => {
    const { clientOrderId, ...terms } = FillCommand.parse(body);
    venue.fillOrder(clientOrderId, terms);
  },
  settings: (venue, body) => Object.assign(venue.settings, SettingsCommand.parse(body)),
  release: (venue) => venue.releaseHeld(),
  snapshot: (venue) => snapshotOf(venue),
};

export type VenueSnapshot = ReturnType<typeof snapshotOf>;

/** The books as plain values; amounts come out as texts. */
function snapshotOf(venue: TestVenue) {
  const symbols = [...new Set(venue.fills.map(({ symbol }) => symbol))];
  return {
    nowMs: venue.nowMs(),
    walletBalance: venue.walletBalance,
    requests: venue.requests,
    orders: venue.orders,
    algoOrders: venue.algoOrders,
    fills: venue.fills,
    income: venue.income,
    positions: venue.positions,
    nakedMs: Object.fromEntries(symbols.map((symbol) => [symbol, venue.nakedMs(symbol)])),
  };
}

export async function control(venue: TestVenue, request: IncomingMessage, response: ServerResponse) {
  const name = (request.url ?? '').slice('/control/'.length);
  const command = COMMANDS[name];
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  const answer = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null));
  if (!command) {
    answer(404, { error: `no command ${name}: there are ${Object.keys(COMMANDS).join(', ')}` });
    return;
  }
  try {
    answer(200, await command(venue, text === '' ? undefined : JSON.parse(text)));
  } catch (thrown) {
    answer(400, { error: String(thrown) });
  }
}
