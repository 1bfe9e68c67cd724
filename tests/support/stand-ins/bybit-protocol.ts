/**
 * Bybit's version 5 for linear perpetuals of a unified account, as far as trading needs it: signatures, one-way mode,
 * conditional orders in the one list of orders, client ids used once, open and ended orders told apart, pages, and an
 * answer to a new order that says no more than that it was taken in.
 * @see https://bybit-exchange.github.io/docs/v5/intro (read 2026-11-21)
 */
import { createHmac } from 'node:crypto';
import { DAY_MS } from '#domain/time.ts';
import { openPositions, positionOf, settingsOf, specOf } from '#tests/support/venue/venue-state.ts';
import { type Asked, cancelNamed, createOrder, ordersAsked } from './bybit-orders.ts';
import {
  executionShown,
  fundingShown,
  instrumentShown,
  positionShown,
  transactionShown,
  walletShown,
} from './bybit-payloads.ts';
import { BybitRefusal } from './bybit-refusal.ts';
import { type AnyOrder, isOpen } from './place-on-engine.ts';
import type { ProtocolCall, ProtocolContext, Reply, VenueProtocol } from './start-stand-in.ts';

const WEEK_MS = 7 * DAY_MS;

/** The engine's numbers in Bybit's; what is not named is a parameter that it does not take. */
const NUMBERS: Readonly<Record<number, number>> = {
  [-2011]: 110001,
  [-2013]: 110001,
  [-2019]: 110007,
  [-2022]: 110017,
  [-2027]: 110016,
  [-4028]: 110013,
  [-4045]: 110009,
  [-4116]: 110072,
  [-4164]: 110094,
};

export const BYBIT_PROTOCOL: VenueProtocol = {
  async answer(call, context) {
    try {
      const route = ROUTES[`${call.method} ${call.path}`];
      if (!route) return { status: 404, body: {} };
      if (context.settings.isOverloaded) throw new BybitRefusal(10006, 'Too many visits!');
      if (!call.path.startsWith('/v5/market/')) checkSignature(call, context);
      const asked = call.method === 'POST' ? JSON.parse(call.body) : Object.fromEntries(call.query);
      return said(0, 'OK', context.engine.state.nowMs(), route(asked, context));
    } catch (thrown) {
      if (!(thrown instanceof BybitRefusal)) throw thrown;
      return said(thrown.retCode, thrown.message, context.engine.state.nowMs(), {});
    }
  },
  refusal: ({ code, message }) => said(NUMBERS[code] ?? 10001, message, 0, {}),
};

function said(retCode: number, retMsg: string, time: number, result: object): Reply {
  return { status: 200, body: { retCode, retMsg, result, retExtInfo: {}, time } };
}

/** Timestamp, key, window and what was sent, in this order. */
function checkSignature(
  { method, rawQuery, body, headers }: ProtocolCall,
  { keys, engine }: ProtocolContext,
) {
  const stamp = String(headers['x-bapi-timestamp']);
  const windowMs = String(headers['x-bapi-recv-window']);
  if (headers['x-bapi-api-key'] !== keys.apiKey) throw new BybitRefusal(10003, 'API key is invalid.');
  const signed = stamp + keys.apiKey + windowMs + (method === 'POST' ? body : rawQuery);
  const expected = createHmac('sha256', keys.secret).update(signed).digest('hex');
  if (headers['x-bapi-sign'] !== expected) throw new BybitRefusal(10004, 'Error sign.');
  const lateMs = engine.state.nowMs() - Number(stamp);
  if (lateMs > Number(windowMs) || lateMs < -1_000)
    throw new BybitRefusal(10002, 'invalid request, please check your server timestamp or recv_window param');
}

type BybitRoute = (asked: Asked, context: ProtocolContext) => object;

const ROUTES: Readonly<Record<string, BybitRoute>> = {
  'GET /v5/market/time': () => ({}),
  'GET /v5/market/instruments-info': ({ status }, { engine: { state } }) => ({
    category: 'linear',
    list: status === undefined ? [...state.symbols.values()].map(instrumentShown) : [],
    nextPageCursor: '',
  }),
  'GET /v5/user/query-api': (_asked, { settings }) => ({
    userID: 24_617_703,
    readOnly: settings.keyMayTrade ? 0 : 1,
    uta: 1,
    unified: 0,
    permissions: {
      ContractTrade: ['Order', 'Position'],
      Wallet: settings.keyMayWithdraw ? ['AccountTransfer', 'Withdraw'] : ['AccountTransfer'],
    },
  }),
  'GET /v5/account/info': (_asked, { engine: { state } }) => {
    const isIsolated = [...state.symbols.keys()].every((symbol) => settingsOf(state, symbol).isIsolated);
    return { marginMode: isIsolated ? 'ISOLATED_MARGIN' : 'REGULAR_MARGIN', unifiedMarginStatus: 5 };
  },
  'GET /v5/account/wallet-balance': (_asked, { engine: { state } }) => ({ list: [walletShown(state)] }),
  'POST /v5/account/set-margin-mode': ({ setMarginMode }, { engine: { state } }) => {
    if (openPositions(state).length > 0) throw new BybitRefusal(3400045, 'Set margin mode failed');
    for (const symbol of state.symbols.keys())
      settingsOf(state, symbol).isIsolated = setMarginMode === 'ISOLATED_MARGIN';
    return { reasons: [] };
  },
  'POST /v5/position/set-leverage': ({ symbol, buyLeverage }, { engine: { state } }) => {
    const spec = specOf(state, String(symbol));
    const leverage = Number(buyLeverage);
    const settings = settingsOf(state, spec.symbol);
    if (settings.leverage === leverage) throw new BybitRefusal(110043, 'Set leverage not modified.');
    if (leverage > (spec.brackets[0]?.initialLeverage ?? 1))
      throw new BybitRefusal(110013, 'Due to risk limit, cannot set leverage');
    settings.leverage = leverage;
    return {};
  },
  'GET /v5/position/list': ({ symbol, settleCoin }, { engine: { state }, settings }) => {
    if (symbol === undefined && settleCoin === undefined)
      throw new BybitRefusal(10001, 'Missing some parameters that must be filled in, symbol or settleCoin');
    const held = symbol === undefined ? openPositions(state) : [positionOf(state, symbol, 'BOTH')];
    return { list: held.map((one) => positionShown(state, one, settings.isHedged)), nextPageCursor: '' };
  },
  'POST /v5/order/create': createOrder,
  'POST /v5/order/cancel': cancelNamed,
  'GET /v5/order/realtime': (asked, { engine: { state }, settings }) => {
    const isEnded = (order: AnyOrder) => settings.endedOrdersIn === 'recent' && !isOpen(order);
    const isWanted = asked.openOnly === '1' ? isEnded : isOpen;
    return pageOf(ordersAsked(state, asked, isWanted), asked, { most: 50, usual: 20 });
  },
  'GET /v5/order/history': (asked, { engine: { state }, settings }) => {
    const isWanted = (order: AnyOrder) => settings.endedOrdersIn === 'archive' && !isOpen(order);
    return pageOf(ordersAsked(state, asked, isWanted), asked, { most: 50, usual: 20 });
  },
  'GET /v5/execution/list': executions,
  'GET /v5/account/transaction-log': transactions,
};

/** Pages name the place where the next one begins, the last page too. */
function pageOf(entries: readonly object[], asked: Asked, { most, usual }: { most: number; usual: number }) {
  const limit = Number(asked.limit ?? usual);
  if (!(limit >= 1 && limit <= most)) throw new BybitRefusal(10001, `limit must be within 1 and ${most}`);
  const from = Number(asked.cursor ?? 0);
  const list = entries.slice(from, from + limit);
  return { category: 'linear', list, nextPageCursor: list.length > 0 ? String(from + list.length) : '' };
}

/** Each fill has a line for its fee; the newest are missing while the log is behind. */
function transactions(asked: Asked, { engine: { state }, settings }: ProtocolContext): object {
  const { startMs, endMs } = spanOf(asked, state.nowMs());
  const lines = state.income.filter(({ incomeType }) => ['COMMISSION', 'FUNDING_FEE'].includes(incomeType));
  const known = lines.slice(0, lines.length - settings.logIsBehindBy);
  const told = known.filter(({ atMs }) => atMs >= startMs && atMs <= endMs).reverse();
  return pageOf(
    told.map((entry) => transactionShown(state, entry)),
    asked,
    { most: 50, usual: 20 },
  );
}

function spanOf(asked: Asked, nowMs: number): { readonly startMs: number; readonly endMs: number } {
  const endMs = Number(asked.endTime ?? nowMs);
  const startMs = Number(asked.startTime ?? endMs - WEEK_MS);
  if (endMs - startMs > WEEK_MS) throw new BybitRefusal(10001, 'The time range should be within 7 days.');
  return { startMs, endMs };
}

function executions(asked: Asked, { engine: { state } }: ProtocolContext): object {
  const { symbol, execType } = asked;
  const { startMs, endMs } = spanOf(asked, state.nowMs());
  const all = [
    ...state.fills.map((fill) => executionShown(state, fill)),
    ...state.income
      .filter(({ incomeType }) => incomeType === 'FUNDING_FEE')
      .map((entry) => fundingShown(state, entry)),
  ].filter((one) => {
    if (symbol !== undefined && one.symbol !== symbol) return false;
    if (execType !== undefined && one.execType !== execType) return false;
    return Number(one.execTime) >= startMs && Number(one.execTime) <= endMs;
  });
  // Newest first; of one instant the later one.
  const sorted = all.sort(
    (left, right) =>
      Number(right.execTime) - Number(left.execTime) || right.execId.localeCompare(left.execId),
  );
  return pageOf(sorted, asked, { most: 100, usual: 50 });
}
