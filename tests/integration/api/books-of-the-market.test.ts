/** One database, three markets' worth of desks: the API answers for, and acts on, the desks of the running market alone. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Position, ProtectedPosition, Trade } from '#domain/account.ts';
import type { SystemState } from '#domain/desk-event.ts';
import { ERROR_RULES } from '#domain/errors.ts';
import type { Order } from '#domain/order.ts';
import type { ListedRun } from '#domain/run.ts';
import { readConfig } from '#server/config.ts';
import { openCycle } from '#server/engine/run-service.ts';
import { type RunningVigil, startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { account, BTC, fill, order, position, trade } from '#tests/support/database-rows.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment } from '#tests/support/test-desk.ts';

type OfDesk = { readonly deskId: string };
type Listed<Row> = { readonly items: readonly (Row & OfDesk)[] };
type Answer = { readonly detail: string; readonly items: readonly (Position & OfDesk)[] };
type StateAnswer = SystemState & { readonly changed: boolean; readonly message: string };

const ELSEWHERE = 'generator-8';
const BOOKS = ['/api/positions', '/api/orders', '/api/trades'];

let test: TestDatabase;
let vigil: RunningVigil;
let ownDesk: string;
let onceDesk: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const environment = { ...deskEnvironment(test.url), CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' };
  vigil = await startVigil({ config: readConfig(environment), logger: SILENT_LOGGER, role: 'all' });
  ownDesk = vigil.container.defaultDeskId;
  onceDesk = `once--${ownDesk}--run_1`;
  for (const deskId of [ELSEWHERE, onceDesk]) await plantDesk(deskId);
  await vi.waitFor(async () => expect((await positions()).length).toBe(3), { timeout: 30_000, interval: 50 });
});
afterAll(async () => {
  await vigil?.stop();
  await test?.drop();
});

/** A desk no process runs here, with something in each of its books. */
async function plantDesk(deskId: string): Promise<void> {
  const { desks, orders } = vigil.container.rows;
  await desks.create({ deskId, name: deskId, symbols: [BTC], intervalMs: 60_000, createdAtMs: 0 });
  await orders.saveBooks(deskId, {
    atMs: 0,
    account: account(),
    positions: [position({ positionId: `${deskId}:p1` })],
    orders: [order('planted')],
    fills: [fill()],
    fundings: [],
    trades: [trade()],
    cursor: null,
  });
}

async function call<Body>(path: string, body?: object | string): Promise<{ status: number; body: Body }> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(
    `${vigil.url}${path}`,
    body === undefined ? {} : { method: 'POST', body: sent, headers },
  );
  return { status: answer.status, body: (await answer.json()) as Body };
}

async function positions(): Promise<Listed<Position>['items']> {
  return (await call<Listed<Position>>('/api/positions')).body.items;
}

const desksIn = (items: readonly OfDesk[]) => [...new Set(items.map(({ deskId }) => deskId))];

describe('the books', () => {
  it('hold no row of another market, nor of a single cycle, unless that desk is named', async () => {
    for (const path of ['/api/positions', '/api/orders'])
      expect(desksIn((await call<Listed<unknown>>(path)).body.items), path).toEqual([ownDesk]);
    expect((await call<Listed<Trade>>('/api/trades')).body.items).toEqual([]);
    for (const path of BOOKS)
      for (const deskId of [ELSEWHERE, onceDesk]) {
        const { items } = (await call<Listed<unknown>>(`${path}?deskId=${deskId}`)).body;
        expect(desksIn(items), `${path} of ${deskId}`).toEqual([deskId]);
      }
    for (const path of ['/api/account', '/api/equity?limit=5'])
      expect((await call(path)).status, path).toBe(200);
  });

  it('name the position each open order stands beside', async () => {
    const { items } = (await call<Listed<Order & { positionId: string | null }>>('/api/orders')).body;
    for (const held of await positions()) {
      const beside = items.filter(({ positionId }) => positionId === held.positionId);
      expect(beside.map(({ purpose, symbol }) => `${purpose} ${symbol}`).toSorted()).toEqual([
        `stop ${held.symbol}`,
        `target ${held.symbol}`,
      ]);
    }
  });
});

describe('a position', () => {
  it('tells the stop and target that stand beside it', async () => {
    const { items } = (await call<Listed<Order>>('/api/orders')).body;
    const legOf = (symbol: string, purpose: string) => {
      const leg = items.find((one) => one.symbol === symbol && one.purpose === purpose);
      const { clientOrderId, triggerPriceQuote, quantityBase } = leg ?? {};
      return { clientOrderId, triggerPriceQuote, quantityBase };
    };
    for (const { symbol, stop, target } of (await call<Listed<ProtectedPosition>>('/api/positions')).body
      .items)
      expect({ stop, target }).toEqual({ stop: legOf(symbol, 'stop'), target: legOf(symbol, 'target') });
  });
});

describe('a run of another market', () => {
  const queue = (runId: string) =>
    vigil.container.rows.runs.start({
      ...{ runId, deskId: ELSEWHERE, kind: 'cycle', status: 'queued', question: null, symbols: [BTC] },
      ...{ startedAtMs: Date.now(), seed: 8, promptSetId: 'none', owner: null },
    });

  it('is listed with its market and why it waits, and not among those of our desk', async () => {
    await queue('run-elsewhere');
    const all = (await call<{ items: ListedRun[] }>('/api/runs')).body.items;
    expect(all.find(({ runId }) => runId === 'run-elsewhere')).toMatchObject({
      deskId: ELSEWHERE,
      market: ELSEWHERE,
      status: 'queued',
      reason: expect.stringContaining('waits for a process of its own market'),
    });
    const own = (await call<{ items: ListedRun[] }>(`/api/runs?deskId=${ownDesk}`)).body.items;
    expect(own.map(({ market, reason }) => [market, reason])).toEqual([
      [ownDesk, expect.not.stringContaining('waits')],
    ]);
  });

  it('ends at once when it is cancelled before any process took it up', async () => {
    expect((await call('/api/runs/run-elsewhere/cancel', {})).status).toBe(202);
    const { run } = (await call<{ run: ListedRun }>('/api/runs/run-elsewhere')).body;
    expect(run).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('cancelled by request'),
    });
    expect((await call('/api/runs/run-elsewhere/cancel', {})).status).toBe(409);
  });

  it('cannot be started here', async () => {
    const { status, body } = await call<Answer>(`/api/desks/${ELSEWHERE}/cycles`, {});
    expect(status).toBe(404);
    expect(body.detail).toBe(`desk "${ELSEWHERE}" is not of the running market: this market has ${ownDesk}`);
    await expect(openCycle(vigil.container, ELSEWHERE, 'run-here')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`lives on the market ${ELSEWHERE}, not on ${ownDesk}`),
    });
    expect(await vigil.container.rows.runs.get('run-here')).toBeNull();
  });
});

describe('closing by hand', () => {
  const close = (body: object | string) => call<Answer>('/api/positions/close', body);

  it('is refused without a body, and for a position that is not there', async () => {
    const before = await positions();
    const [first] = before;
    const otherSide = first?.side === 'long' ? 'short' : 'long';
    expect(await close('')).toMatchObject({
      status: ERROR_RULES.request_invalid.status,
      body: { detail: expect.stringContaining('send {} to close every position of this market’s desks') },
    });
    expect(await close({ symbol: first?.symbol, side: otherSide })).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining(`no open ${otherSide} position in ${first?.symbol}`) },
    });
    expect((await close({ deskId: ELSEWHERE })).status).toBe(404);
    expect((await close({ deskId: onceDesk })).status).toBe(404);
    expect((await positions()).map(({ positionId }) => positionId)).toEqual(
      before.map(({ positionId }) => positionId),
    );
  });

  it('closes nothing in the place of a position that is gone, and names the one that stands there', async () => {
    const before = await positions();
    const [first] = before;
    const asked = { deskId: ownDesk, symbol: first?.symbol, side: first?.side, positionId: `${ownDesk}:p0` };
    expect(await close(asked)).toMatchObject({
      status: ERROR_RULES.conflict.status,
      body: { detail: expect.stringContaining(`now is the ${first?.side} "${first?.positionId}"`) },
    });
    expect(await close({ positionId: `${ownDesk}:p0` })).toMatchObject({ status: 404 });
    expect((await positions()).map(({ positionId }) => positionId)).toEqual(
      before.map(({ positionId }) => positionId),
    );
  });

  it('closes the one that was seen, says so, and is told apart in its trade and order', async () => {
    const [first, ...others] = await positions();
    if (first === undefined) throw new Error('no position to close');
    const { deskId, symbol, side, positionId, quantityBase } = first;
    const { status, body } = await close({ deskId, symbol, side, positionId, reason: ' seen enough ' });
    expect([status, body.items]).toEqual([
      200,
      [expect.objectContaining({ deskId, positionId, symbol, side, quantityBase, outcome: 'sent' })],
    ]);
    expect((await positions()).map((held) => held.symbol)).toEqual(others.map((held) => held.symbol));
    const trades = (await call<Listed<Trade>>('/api/trades')).body.items;
    expect(trades.map((closed) => [closed.symbol, closed.exitReason])).toEqual([[symbol, 'person']]);
    const [intent] = await test.database.sql`
      select reason, desk_id from order_intents where run_id = ${`person:${positionId}`}`;
    expect(intent).toEqual({ reason: 'seen enough', desk_id: ownDesk });
  });

  it('of all of them leaves other markets alone', async () => {
    const { status, body } = await close({});
    expect([status, desksIn(body.items), body.items.length]).toEqual([200, [ownDesk], 2]);
    expect(await positions()).toEqual([]);
    const left = (await call<Listed<Position>>(`/api/positions?deskId=${ELSEWHERE}`)).body.items;
    expect(left).toHaveLength(1);
    expect((await close({})).body.items).toEqual([]);
  });
});

describe('the trading state', () => {
  const state = async () => (await call<SystemState>('/api/state')).body.trading;

  it('stays as it stands when it is armed while active', async () => {
    const before = await state();
    const { body } = await call<StateAnswer>('/api/state/arm', { reason: 'again' });
    expect(body).toMatchObject({ changed: false, message: expect.stringContaining('active already') });
    expect(await state()).toEqual(before);
  });

  it('is changed for this market alone, with the reason as it was meant', async () => {
    const { tradingState } = vigil.container.rows;
    const elsewhere = await tradingState.read(ELSEWHERE);
    const { body } = await call<StateAnswer>('/api/state/halt', { reason: '  news  ' });
    expect(body).toMatchObject({ changed: true, message: `halted ${ownDesk}`, trading: { reason: 'news' } });
    expect(await tradingState.read(ELSEWHERE)).toEqual(elsewhere);
    expect((await call<StateAnswer>('/api/state/arm', { reason: 'over' })).body).toMatchObject({
      changed: true,
      trading: { mode: 'active', reason: 'over', setBy: 'a person' },
    });
  });

  it.each([ELSEWHERE, 'nowhere'])('of desk %s is neither told nor changed here', async (deskId) => {
    const { sql } = test.database;
    const rows = () => sql`select * from trading_state order by desk_id`;
    const before = await rows();
    for (const answer of [
      await call<Answer>(`/api/state?deskId=${deskId}`),
      await call<Answer>('/api/state/halt', { reason: 'why', deskId }),
      await call<Answer>('/api/state/arm', { reason: 'why', deskId }),
    ])
      expect(answer).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining(`: this market has ${ownDesk}`) },
      });
    expect(await rows()).toEqual(before);
  });

  it('names the breaker in words, and its run beside', async () => {
    const setBy = 'breaker:run_1';
    await vigil.container.rows.tradingState.tighten(ownDesk, 'reducing', { reason: 'fell', setBy, atMs: 1 });
    expect(await state()).toMatchObject({ mode: 'reducing', setBy: 'the breaker', actor: setBy });
  });
});

describe('what no honest caller sends', () => {
  const cursorOf = (json: string) => encodeURIComponent(Buffer.from(json).toString('base64url'));

  it.each([
    ['/api/orders', '[99999999999999999999,"x"]'],
    ['/api/trades', '[1e300,"x"]'],
    ['/api/runs', '[1.5,"x"]'],
    ['/api/runs', '[1,"\\ud800"]'],
    ['/api/breaker/events', '[-1e19,""]'],
    ['/api/breaker/events', '[9007199254740993,""]'],
  ])('is refused in a cursor of %s: %s', async (path, json) => {
    expect((await call(`${path}?cursor=${cursorOf(json)}`)).status).toBe(ERROR_RULES.request_invalid.status);
  });

  it.each([
    ['/api/state/halt', '{"reason":"a\\ud800"}'],
    ['/api/positions/close', '{"symbol":"BTC","reason":"\\udc00b"}'],
    ['/api/analyses', '{"symbols":["BTC"],"question":"a\\ud83d"}'],
    ['/api/desks', '{"name":"a\\ud800","symbols":["BTC"],"intervalMs":60000}'],
  ])('is refused as half a character in %s: %s', async (path, body) => {
    expect((await call(path, body)).status).toBe(ERROR_RULES.request_invalid.status);
  });
});
