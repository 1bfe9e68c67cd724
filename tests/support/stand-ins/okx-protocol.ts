/**
 * OKX's version 5 for linear swaps of an account in futures mode, as far as trading needs it: signatures with a passphrase,
 * net mode, sizes in contracts, conditional orders apart, client ids of letters and digits, pages after a number, and
 * refusals of an order beside the order.
 * @see https://www.okx.com/docs-v5/en/ (read 2026-11-21)
 */
import { createHmac } from 'node:crypto';
import { openPositions, settingsOf, specOf } from '#tests/support/venue/venue-state.ts';
import {
  type Asked,
  cancelAlgo,
  cancelNamed,
  createAlgo,
  createOrder,
  findAlgo,
  findOrder,
} from './okx-orders.ts';
import {
  algoShown,
  balanceShown,
  billShown,
  fillShown,
  instrumentShown,
  orderShown,
  positionShown,
  symbolOf,
} from './okx-payloads.ts';
import { OkxRefusal } from './okx-refusal.ts';
import { isOpen } from './place-on-engine.ts';
import type { ProtocolCall, ProtocolContext, Reply, VenueProtocol } from './start-stand-in.ts';

const VALID_MS = 30_000;
const PREFIX = '/api/v5';

export const OKX_PROTOCOL: VenueProtocol = {
  answer(call, context) {
    try {
      const path = call.path.slice(PREFIX.length);
      const route = ROUTES[`${call.method} ${path}`];
      if (!route || !call.path.startsWith(PREFIX)) return { status: 404, body: {} };
      if (context.settings.isOverloaded) throw new OkxRefusal('50011', 'Requests too frequent.');
      if (!path.startsWith('/public/')) checkSignature(call, context);
      const sent: Asked | readonly Asked[] =
        call.method === 'POST' ? JSON.parse(call.body) : Object.fromEntries(call.query);
      return said('0', '', route((Array.isArray(sent) ? sent[0] : sent) as Asked, context));
    } catch (thrown) {
      if (!(thrown instanceof OkxRefusal)) throw thrown;
      const { code, message, scope } = thrown;
      return scope === 'order'
        ? said('1', 'All operations failed', [{ ordId: '', clOrdId: '', sCode: code, sMsg: message }])
        : said(code, message, []);
    }
  },
  refusal: ({ message }) => said('51000', message, []),
};

function said(code: string, msg: string, data: readonly object[]): Reply {
  return { status: /^501/.test(code) ? 401 : 200, body: { code, msg, data } };
}

/** Time, method, path with its query, and body, in this order. */
function checkSignature(
  { method, path, rawQuery, body, headers }: ProtocolCall,
  { keys, engine }: ProtocolContext,
): void {
  if (headers['ok-access-key'] !== keys.apiKey) throw new OkxRefusal('50111', 'Invalid OK-ACCESS-KEY');
  if (headers['ok-access-passphrase'] !== keys.password)
    throw new OkxRefusal('50105', 'Request header OK-ACCESS-PASSPHRASE incorrect.');
  const stamp = String(headers['ok-access-timestamp']);
  const signed = stamp + method + path + (rawQuery === '' ? '' : `?${rawQuery}`) + body;
  const expected = createHmac('sha256', keys.secret).update(signed).digest('base64');
  if (headers['ok-access-sign'] !== expected) throw new OkxRefusal('50113', 'Invalid Sign');
  if (Math.abs(engine.state.nowMs() - Date.parse(stamp)) > VALID_MS)
    throw new OkxRefusal('50102', 'Timestamp request expired');
}

type OkxRoute = (asked: Asked, context: ProtocolContext) => readonly object[];

const ROUTES: Readonly<Record<string, OkxRoute>> = {
  'GET /public/time': (_asked, { engine }) => [{ ts: String(engine.state.nowMs()) }],
  'GET /public/instruments': (_asked, { engine }) => [...engine.state.symbols.values()].map(instrumentShown),
  'GET /public/funding-rate-history': ({ instId = '' }, { engine: { state } }) =>
    state.fundingRates
      .filter(({ symbol }) => symbol === symbolOf(instId))
      .map(({ fundingRate, fundingTime }) => ({
        instId,
        fundingRate: fundingRate.toFixed(),
        realizedRate: fundingRate.toFixed(),
        fundingTime: String(fundingTime),
      })),
  'GET /account/config': (_asked, { settings }) => [
    {
      uid: '446557254100',
      acctLv: '2',
      posMode: settings.isHedged ? 'long_short_mode' : 'net_mode',
      perm: ['read_only', settings.keyMayTrade && 'trade', settings.keyMayWithdraw && 'withdraw']
        .filter(Boolean)
        .join(','),
    },
  ],
  'GET /account/balance': (_asked, { engine: { state } }) => [balanceShown(state)],
  'GET /account/positions': (_asked, { engine: { state } }) =>
    openPositions(state).map((held) => positionShown(state, held)),
  'POST /account/set-leverage': ({ instId = '', lever, mgnMode }, { engine: { state } }) => {
    const { symbol, brackets } = specOf(state, symbolOf(instId));
    if (Number(lever) > (brackets[0]?.initialLeverage ?? 1))
      throw new OkxRefusal('59102', 'Leverage exceeds the maximum limit. Please lower the leverage.');
    if (mgnMode !== 'isolated') throw new OkxRefusal('51000', 'Parameter mgnMode error');
    settingsOf(state, symbol).leverage = Number(lever);
    return [{ instId, lever, mgnMode, posSide: 'net' }];
  },
  'GET /account/bills-archive': (asked, { engine: { state } }) => {
    const bills = state.income.filter(({ incomeType }) => incomeType === 'FUNDING_FEE');
    return pageOf(
      bills.map((entry) => billShown(state, entry)),
      asked,
      'billId',
    );
  },
  'POST /trade/order': (asked, context) => [createOrder(asked, context)],
  'POST /trade/order-algo': (asked, context) => [createAlgo(asked, context)],
  'POST /trade/cancel-order': (asked, context) => [cancelNamed(asked, context)],
  'POST /trade/cancel-algos': (asked, context) => [cancelAlgo(asked, context)],
  'GET /trade/order': (asked, { engine: { state } }) => {
    const order = findOrder(state, asked);
    if (!order) throw new OkxRefusal('51603', 'Order does not exist');
    return [orderShown(state, order)];
  },
  'GET /trade/order-algo': (asked, { engine: { state } }) => {
    const algo = findAlgo(state, asked);
    if (!algo) throw new OkxRefusal('51603', 'Order does not exist');
    return [algoShown(algo)];
  },
  'GET /trade/orders-pending': (asked, { engine: { state } }) => {
    const open = state.orders.filter(isOpen).map((order) => orderShown(state, order));
    return pageOf(open, asked, 'ordId');
  },
  'GET /trade/orders-algo-pending': (asked, { engine: { state } }) => {
    if (!asked.ordType?.split(',').includes('conditional')) return [];
    const open = state.algoOrders.filter(isOpen).map(algoShown);
    return pageOf(open, asked, 'algoId');
  },
  'GET /trade/orders-algo-history': (asked, { engine: { state } }) => {
    const shown = state.algoOrders.map(algoShown);
    return pageOf(
      shown.filter((algo) => algo.state === asked.state),
      asked,
      'algoId',
    );
  },
  'GET /trade/fills': fills,
  'GET /trade/fills-history': fills,
};

function fills(asked: Asked, { engine: { state } }: ProtocolContext): readonly object[] {
  return pageOf(
    state.fills.map((fill) => fillShown(state, fill)),
    asked,
    'billId',
  );
}

interface Listed {
  readonly instId: string;
  readonly ts?: string;
}

/** Newest first; the next page begins after the last number of this one. */
function pageOf<Entry extends Listed>(
  entries: readonly Entry[],
  { instId, begin, end, after, limit = '100' }: Asked,
  idName: keyof Entry,
): Entry[] {
  if (!(Number(limit) >= 1 && Number(limit) <= 100)) throw new OkxRefusal('51000', 'Parameter limit error');
  return entries
    .filter((entry) => instId === undefined || entry.instId === instId)
    .filter(({ ts }) => begin === undefined || Number(ts) >= Number(begin))
    .filter(({ ts }) => end === undefined || Number(ts) <= Number(end))
    .sort((left, right) => Number(right[idName]) - Number(left[idName]))
    .filter((entry) => after === undefined || Number(entry[idName]) < Number(after))
    .slice(0, Number(limit));
}
