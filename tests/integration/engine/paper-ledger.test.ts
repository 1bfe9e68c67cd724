import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Account, FundingPayment, Position, Trade } from '#domain/account.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import type { Fill, Order } from '#domain/order.ts';
import { MINUTE_MS } from '#domain/time.ts';
import type { Broker } from '#exchanges/ports/broker.ts';
import { readConfig } from '#server/config.ts';
import { STARTING_BALANCE_QUOTE } from '#server/engine/desk-venues.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { HandLedger, inLedgerWords, type LedgerTrip, text } from '#tests/support/hand-ledger.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

/** An hour of the market in a second. */
const SPEED = 3_600;
const LONGEST_SESSION_MS = 30_000;

const fills = new Map<string, Fill>();
const fundings = new Map<string, FundingPayment>();
let test: TestDatabase;
let vigil: RunningVigil;

beforeAll(async () => {
  test = await createTestDatabase();
  const config = readConfig({
    ...deskEnvironment(test.url),
    VIGIL_SPEED: String(SPEED),
    CYCLE_INTERVAL_MS: '1000',
  });
  vigil = await startVigil({ config, logger: SILENT_LOGGER, role: 'all', around: { broker: overheard } });
});
afterAll(async () => {
  await vigil?.stop();
  await test?.drop();
});

/** The venue, with what it tells of fills and funding written down before the desk gets to see it. */
function overheard(broker: Broker): Broker {
  return {
    ...broker,
    async activityAfter(cursor) {
      const told = await broker.activityAfter(cursor);
      for (const fill of told.fills) fills.set(fill.fillId, fill);
      for (const payment of told.fundings) fundings.set(payment.paymentId, payment);
      return told;
    },
  };
}

async function call<Body>(path: string, method = 'GET', body?: object): Promise<Body> {
  const answer = await fetch(`${vigil.url}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.status, path).toBeLessThan(300);
  return (await answer.json()) as Body;
}

const itemsOf = async <Item>(path: string) => (await call<{ items: Item[] }>(path)).items;

/** The close of the newest bar that is over at this time, from the market and not from the venue. */
async function closeAt(symbol: string, atMs: number): Promise<string> {
  const { market } = vigil.container.source;
  const span = { fromMs: atMs - 10 * MINUTE_MS, toMs: atMs };
  const { close } = await market.candles({ symbol, timeframe: market.finestTimeframe, ...span });
  return String(close.at(-1));
}

/** Everything the venue told, in the order it happened; of one instant funding comes first, as for the venue. */
function timeline() {
  const payments = [...fundings.values()].map((payment) => ({ atMs: payment.atMs, payment, fill: null }));
  const trades = [...fills.values()].map((fill) => ({ atMs: fill.atMs, payment: null, fill }));
  return [...payments, ...trades].sort((left, right) => left.atMs - right.atMs);
}

async function enter(ledger: HandLedger, { payment, fill }: ReturnType<typeof timeline>[number]) {
  if (fill !== null) ledger.fill({ ...fill, quantity: fill.quantityBase, price: fill.priceQuote });
  if (payment === null) return;
  const { symbol, atMs } = payment;
  const settled = await vigil.container.source.market.fundingBetween(symbol, atMs - 1, atMs);
  expect(settled, `settlements of ${symbol} at ${atMs}`).toHaveLength(1);
  ledger.pay({ symbol, rate: String(settled[0]?.rateFraction), mark: await closeAt(symbol, atMs) });
}

describe('a paper session of hours of the market', () => {
  it('tells a profit, fees and funding equal to a ledger kept by hand, to the last digit', async () => {
    const isEnough = async () => {
      const trades = await itemsOf<Trade>('/api/trades?limit=100');
      expect(fundings.size).toBeGreaterThan(0);
      expect(trades.filter(({ exitReason }) => exitReason === 'stop').length).toBeGreaterThan(0);
      expect(trades.length).toBeGreaterThan(3);
    };
    // How often the market trades depends on when cycles come to run: what there is by then is compared as well.
    const untilMs = performance.now() + LONGEST_SESSION_MS;
    const isOver = async () => (performance.now() > untilMs ? undefined : isEnough());
    await vi.waitFor(isOver, { timeout: LONGEST_SESSION_MS + 10_000, interval: 250 });
    await call(`/api/desks/${vigil.container.defaultDeskId}`, 'PATCH', { paused: true });
    await vi.waitFor(
      async () => {
        for (const status of ['queued', 'running'])
          expect(await itemsOf(`/api/runs?status=${status}`)).toEqual([]);
        await call('/api/positions/close', 'POST', {});
        expect(await itemsOf<Position>('/api/positions')).toEqual([]);
        expect((await itemsOf<Order>('/api/orders')).filter(({ status }) => status === 'pending')).toEqual(
          [],
        );
      },
      { timeout: 15_000, interval: 500 },
    );

    const ledger = new HandLedger({
      balance: STARTING_BALANCE_QUOTE,
      feeFractions: { maker: '0.0002', taker: '0.0005' },
      places: { fee: 18, funding: 18, cost: 12 },
    });
    const told = timeline();
    const events = [...told];
    const points = await itemsOf<EquityPoint>('/api/equity?limit=5000');
    for (const point of points) {
      while (text(ledger.balance) !== point.balanceQuote) {
        const event = events.shift();
        if (event === undefined) throw new Error(`the ledger never held ${point.balanceQuote}`);
        await enter(ledger, event);
      }
      const marks = new Map<string, string>();
      for (const symbol of ledger.held.keys()) marks.set(symbol, await closeAt(symbol, point.atMs));
      const won = ledger.unrealised((symbol) => marks.get(symbol) ?? '');
      expect(point.equityQuote, `equity at ${point.atMs}`).toBe(text(ledger.balance.plus(won)));
    }
    for (const event of events) await enter(ledger, event);

    const { account } = await call<{ account: Account }>('/api/account');
    const trades = await itemsOf<Trade>('/api/trades?limit=200');
    expect(account).toMatchObject({ balanceQuote: text(ledger.balance), equityQuote: text(ledger.balance) });
    expect(trades.map(inLedgerWords).toSorted(byClosing)).toEqual(ledger.trips.toSorted(byClosing));
    expect(ledger.held.size).toBe(0);
    expect(trades.length).toBeGreaterThan(0);
    expect((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)).toBeGreaterThan(30 * MINUTE_MS);
  }, 90_000);
});

function byClosing(left: LedgerTrip, right: LedgerTrip): number {
  return left.closedAtMs - right.closedAtMs || left.symbol.localeCompare(right.symbol);
}
