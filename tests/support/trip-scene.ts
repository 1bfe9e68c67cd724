/** One trip on a fleet: a position is held, entries rest, the market falls, and what became of it all is told. */
import { expect, vi } from 'vitest';
import { parseSymbol } from '#domain/symbol.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import { openingOf } from './order-flow.ts';
import { PRICE_QUOTE, type TripFleet, type TripWorker } from './trip-fleet.ts';
import type { RemoteSnapshot } from './venue/venue-process.ts';

export const WAIT = { timeout: 20_000, interval: 25 };
/** From 100 it is a fall of 16% within minutes. */
const FALLEN_QUOTE = 84;
/** Half-way between the stop of an entry at 100 and its price, which does not move. */
export const TIGHTENED_STOP = '98.5';
const HOUR_MS = 3_600_000;

/** The steps that count, in the order of their commits: the desk's row is locked over an entry's and over the halt's. */
const TELL_STEPS = `
  create table test_steps (number bigserial, step text not null);
  create function tell_step() returns trigger language plpgsql as $$
  begin
    if tg_table_name = 'trading_state' then
      if new.mode = 'halted' and old.mode <> 'halted' then insert into test_steps (step) values ('halted'); end if;
    elsif new.status = 'sent' and old.status is distinct from 'sent' and new.request ->> 'purpose' = 'entry' then
      insert into test_steps (step) values (new.client_order_id);
    end if;
    return new;
  end $$;
  create trigger tell_halt after update on trading_state for each row execute function tell_step();
  create trigger tell_sent after insert or update on order_intents for each row execute function tell_step();`;

export type Style = 'market' | 'limit';

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** An open of this symbol that the gate passes; the deadline lies beyond every test. */
export function placementOf(runId: string, base: string, style: Style): Placement {
  const symbol = parseSymbol(base);
  const filters = { symbol, quantityStepBase: '1', tickSizeQuote: '0.1' };
  const opening = openingOf(runId, filters as Parameters<typeof openingOf>[1], 'long', PRICE_QUOTE);
  return { ...opening, style, deadlineMs: HOUR_MS };
}

export function place(worker: TripWorker, runId: string, base: string, style: Style) {
  return worker.ask({ kind: 'place', runId, placement: placementOf(runId, base, style) });
}

/** ETH is held behind its stop, and an entry rests in SOL and in XRP. */
export async function begin({ venue, query }: TripFleet, worker: TripWorker): Promise<void> {
  await query(TELL_STEPS);
  await worker.ask({ kind: 'arm' });
  expect(await place(worker, 'eth', 'ETH', 'market')).toEqual({ denied: null });
  expect(await place(worker, 'sol', 'SOL', 'limit')).toEqual({ denied: null });
  expect(await place(worker, 'xrp', 'XRP', 'limit')).toEqual({ denied: null });
  await vi.waitFor(async () => {
    const told = await venue.snapshot();
    expect(entriesStanding(told)).toEqual(['SOLUSDT', 'XRPUSDT']);
    expect(stopsOf(told, 'ETHUSDT')).toEqual(['97']);
  }, WAIT);
}

/** A print so far off is believed when the next one stands with it. */
export async function crash({ venue }: TripFleet): Promise<void> {
  await venue.setPrice('BTCUSDT', FALLEN_QUOTE);
  await venue.setPrice('BTCUSDT', FALLEN_QUOTE + 0.1);
}

export function entriesStanding({ orders }: RemoteSnapshot): string[] {
  const working = orders.filter(({ status }) => ['NEW', 'PARTIALLY_FILLED'].includes(status));
  return working.map(({ symbol }) => symbol).sort();
}

export function stopsOf({ algoOrders }: RemoteSnapshot, symbol: string): string[] {
  const live = algoOrders.filter((algo) => algo.symbol === symbol && algo.status === 'NEW');
  return live.filter(({ type }) => type === 'STOP_MARKET').map(({ triggerPrice }) => String(triggerPrice));
}

export function cancelsOf({ requests }: RemoteSnapshot) {
  return requests.filter(({ method, path }) => method === 'DELETE' && path === '/fapi/v1/order');
}

export interface BreakerRow {
  readonly reasons: readonly { readonly trigger: string }[];
  readonly actions: readonly { readonly name: string }[];
}

/** Halted and carried out to its end, whoever died over it: what the contract asks for, and the counts behind it. */
export async function expectCarriedOut(fleet: TripFleet, title: string): Promise<void> {
  const { venue, query } = fleet;
  await vi.waitFor(async () => {
    const told = await venue.snapshot();
    expect(entriesStanding(told)).toEqual([]);
    expect(stopsOf(told, 'ETHUSDT')).toEqual([TIGHTENED_STOP]);
    const [state] = await query<{ mode: string; set_by: string }>('select mode, set_by from trading_state');
    expect(state).toEqual({ mode: 'halted', set_by: 'breaker:guard' });
    expect((await eventsOf(fleet)).some(({ reasons }) => reasons.length > 0)).toBe(true);
  }, WAIT);
  const told = await venue.snapshot();
  const events = await eventsOf(fleet);
  expect(events.flatMap(({ actions }) => actions.map(({ name }) => name))).toContain('halted');
  // One move of the stop, however many processes had a hand in it.
  const stops = told.algoOrders.filter(({ type }) => type === 'STOP_MARKET');
  expect(stops.map(({ symbol, triggerPrice }) => `${symbol} ${triggerPrice}`)).toEqual([
    'ETHUSDT 97',
    `ETHUSDT ${TIGHTENED_STOP}`,
  ]);
  const steps = (await query<{ step: string }>('select step from test_steps order by number')).map(
    ({ step }) => step,
  );
  expect(steps.filter((step) => step === 'halted')).toHaveLength(1);
  const beforeHalt = new Set(steps.slice(0, steps.indexOf('halted')));
  const entries = entriesSent(told);
  const after = entries.filter((clientOrderId) => !beforeHalt.has(clientOrderId));
  expect(after).toEqual([]);
  expect(new Set(entries).size).toBe(entries.length);
  const cancels = cancelsOf(told);
  print(
    `${title}: ${entries.length} entries left before the halt and ${after.length} after it, ` +
      `${cancels.length} cancels asked and ${cancels.filter(({ executed }) => executed).length} carried out, ` +
      `${stops.length - 1} stop moved, ${events.length} event(s) with ` +
      `${events.flatMap(({ actions }) => actions).length} actions`,
  );
}

/** Client order ids of every entry that reached the venue, whether it was taken or not. */
function entriesSent({ requests }: RemoteSnapshot): string[] {
  return requests
    .filter(({ method, path }) => method === 'POST' && path === '/fapi/v1/order')
    .filter(({ parameters }) => parameters.reduceOnly !== 'true')
    .map(({ parameters }) => parameters.newClientOrderId ?? '');
}

export function eventsOf({ query }: TripFleet): Promise<readonly BreakerRow[]> {
  return query<BreakerRow>('select reasons, actions from breaker_events order by event_id');
}
