/** The account: balances, positions, modes, leverage, income, and what its key may do. */
import { accountMargins } from './margin.ts';
import { incomePayload, money, positionPayload } from './order-payloads.ts';
import { ofSymbol, page } from './order-routes.ts';
import type { RequestParameters } from './request-parameters.ts';
import { missing, refusal, VenueRefusal } from './venue-refusal.ts';
import { type RouteCall, type Routes, signed } from './venue-route.ts';
import {
  type HeldPosition,
  isWorking,
  openPositions,
  positionOf,
  settingsOf,
  specOf,
  type VenueState,
} from './venue-state.ts';
import { bracketOf } from './venue-symbols.ts';

const DONE = { code: 200, msg: 'success' };

export const ACCOUNT_ROUTES: Routes = {
  'GET /fapi/v3/account': signed(5, ({ engine: { state } }) => accountPayload(state)),
  'GET /fapi/v2/account': signed(5, accountOfVersion2),
  'GET /fapi/v3/balance': signed(5, ({ engine: { state } }) => balancePayload(state)),
  'GET /fapi/v2/balance': signed(5, ({ engine: { state } }) => balancePayload(state)),
  'GET /fapi/v3/positionRisk': signed(5, ({ engine: { state }, parameters }) => {
    const withOrders = new Set(state.orders.filter(isWorking).map(({ symbol }) => symbol));
    const shown = [...state.positions.values()].filter(
      ({ quantity, symbol }) => !quantity.eq(0) || withOrders.has(symbol),
    );
    return ofSymbol(state, parameters, shown).map((held) => positionPayload(state, held));
  }),
  'GET /fapi/v2/positionRisk': signed(5, ({ engine: { state }, parameters }) =>
    ofSymbol(state, parameters, positionsOfAll(state)).map((held) => positionOfVersion2(state, held)),
  ),
  'GET /fapi/v1/leverageBracket': signed(1, ({ engine: { state }, parameters }) =>
    ofSymbol(state, parameters, [...state.symbols.values()]).map(({ symbol, brackets }) => ({
      symbol,
      notionalCoef: 1.5,
      brackets,
    })),
  ),
  'POST /fapi/v1/leverage': signed(1, ({ engine: { state }, parameters }) => {
    const spec = specOf(state, parameters.required('symbol'));
    const leverage = parameters.integer('leverage');
    if (leverage === null) throw missing('leverage');
    const allowed = spec.brackets.filter(({ initialLeverage }) => initialLeverage >= leverage);
    const cap = allowed.at(-1)?.notionalCap;
    if (leverage < 1 || cap === undefined) throw new VenueRefusal(-4028, `Leverage ${leverage} is not valid`);
    settingsOf(state, spec.symbol).leverage = leverage;
    return { symbol: spec.symbol, leverage, maxNotionalValue: String(cap) };
  }),
  'POST /fapi/v1/marginType': signed(1, ({ engine: { state }, parameters }) => {
    const { symbol } = specOf(state, parameters.required('symbol'));
    const marginType = parameters.required('marginType');
    if (marginType !== 'ISOLATED' && marginType !== 'CROSSED') throw missing('marginType');
    const settings = settingsOf(state, symbol);
    const isIsolated = marginType === 'ISOLATED';
    if (settings.isIsolated === isIsolated) throw refusal(-4046);
    if (openPositions(state, symbol).length > 0) throw refusal(-4048);
    if (hasOpenOrders(state, symbol)) throw refusal(-4047);
    settings.isIsolated = isIsolated;
    return DONE;
  }),
  'GET /fapi/v1/positionSide/dual': signed(30, ({ engine: { state } }) => ({
    dualSidePosition: state.isHedged,
  })),
  'POST /fapi/v1/positionSide/dual': signed(1, ({ engine: { state }, parameters }) => {
    if (!parameters.has('dualSidePosition')) throw missing('dualSidePosition');
    const isHedged = parameters.flag('dualSidePosition');
    if (state.isHedged === isHedged) throw refusal(-4059);
    if (openPositions(state).length > 0) throw refusal(-4068);
    if (hasOpenOrders(state)) throw refusal(-4067);
    state.isHedged = isHedged;
    return DONE;
  }),
  'GET /fapi/v1/multiAssetsMargin': signed(30, () => ({ multiAssetsMargin: false })),
  'GET /fapi/v1/symbolConfig': signed(5, ({ engine: { state }, parameters }) =>
    ofSymbol(state, parameters, [...state.symbols.values()]).map(({ symbol }) => {
      const { leverage, isIsolated } = settingsOf(state, symbol);
      return {
        symbol,
        marginType: isIsolated ? 'ISOLATED' : 'CROSSED',
        isAutoAddMargin: false,
        leverage,
        maxNotionalValue: maxNotional(state, symbol),
      };
    }),
  ),
  'GET /fapi/v1/accountConfig': signed(5, ({ engine: { state }, settings }) => ({
    feeTier: 0,
    canTrade: settings.keyMayTrade,
    canDeposit: true,
    canWithdraw: settings.keyMayWithdraw,
    dualSidePosition: state.isHedged,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    updateTime: 0,
  })),
  'GET /fapi/v1/commissionRate': signed(20, ({ engine: { state }, parameters }) => ({
    symbol: specOf(state, parameters.required('symbol')).symbol,
    makerCommissionRate: state.fees.makerBps.times('0.0001').toFixed(),
    takerCommissionRate: state.fees.takerBps.times('0.0001').toFixed(),
  })),
  'GET /fapi/v1/income': signed(30, ({ engine: { state }, parameters }) => {
    const incomeType = parameters.text('incomeType');
    const entries = ofSymbol(state, parameters, state.income).filter(
      (entry) => incomeType === null || entry.incomeType === incomeType,
    );
    return incomePage(state, entries, parameters).map(incomePayload);
  }),
  'GET /sapi/v1/account/apiRestrictions': signed(1, ({ settings }) => ({
    ipRestrict: true,
    createTime: 1_698_645_219_000,
    enableReading: true,
    enableWithdrawals: settings.keyMayWithdraw,
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: settings.keyMayTrade,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enableSpotAndMarginTrading: false,
    enablePortfolioMarginTrading: false,
  })),
};

function incomePage(
  state: VenueState,
  entries: VenueState['income'],
  parameters: RequestParameters,
): VenueState['income'] {
  const rules = { atMs: ({ atMs }: { atMs: number }) => atMs, nowMs: state.nowMs(), fromId: null };
  const number = parameters.integer('page');
  if (number === null) return page(entries, parameters, { ...rules, defaultLimit: 100 });
  const limit = parameters.integer('limit') ?? 100;
  const fromMs = parameters.integer('startTime') ?? 0;
  const toMs = parameters.integer('endTime') ?? state.nowMs();
  return entries
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .slice((number - 1) * limit, number * limit);
}

function hasOpenOrders(state: VenueState, symbol?: string): boolean {
  const isHere = (one: { symbol: string }) => symbol === undefined || one.symbol === symbol;
  return (
    state.orders.some((order) => isHere(order) && isWorking(order)) ||
    state.algoOrders.some((algo) => isHere(algo) && algo.status === 'NEW')
  );
}

/** Every listed symbol, with a flat line where nothing is held. */
function positionsOfAll(state: VenueState): HeldPosition[] {
  const sides = state.isHedged ? (['LONG', 'SHORT'] as const) : (['BOTH'] as const);
  return [...state.symbols.keys()]
    .filter((symbol) => state.quotes.has(symbol))
    .flatMap((symbol) => sides.map((side) => positionOf(state, symbol, side)));
}

function maxNotional(state: VenueState, symbol: string): string {
  const { leverage } = settingsOf(state, symbol);
  const allowed = specOf(state, symbol).brackets.filter((one) => one.initialLeverage >= leverage);
  return String(allowed.at(-1)?.notionalCap ?? 0);
}

function positionOfVersion2(state: VenueState, held: HeldPosition) {
  const { leverage, isIsolated } = settingsOf(state, held.symbol);
  const shown = positionPayload(state, held);
  return {
    ...shown,
    leverage: String(leverage),
    maxNotionalValue: maxNotional(state, held.symbol),
    marginType: isIsolated ? 'isolated' : 'cross',
    isAutoAddMargin: 'false',
  };
}

function accountPayload(state: VenueState) {
  const sums = accountMargins(state);
  const unrealizedProfit = money(sums.unrealized);
  const marginBalance = money(sums.wallet.plus(sums.unrealized));
  const initialMargin = money(sums.positionInitial.plus(sums.openOrderInitial));
  const maintMargin = money(sums.maintenance);
  const positionInitialMargin = money(sums.positionInitial);
  const openOrderInitialMargin = money(sums.openOrderInitial);
  const crossWalletBalance = money(sums.crossWallet);
  const crossUnPnl = money(sums.crossUnrealized);
  const availableBalance = money(sums.available);
  const walletBalance = money(sums.wallet);
  return {
    totalInitialMargin: initialMargin,
    totalMaintMargin: maintMargin,
    totalWalletBalance: walletBalance,
    totalUnrealizedProfit: unrealizedProfit,
    totalMarginBalance: marginBalance,
    totalPositionInitialMargin: positionInitialMargin,
    totalOpenOrderInitialMargin: openOrderInitialMargin,
    totalCrossWalletBalance: crossWalletBalance,
    totalCrossUnPnl: crossUnPnl,
    availableBalance,
    maxWithdrawAmount: availableBalance,
    assets: [
      {
        asset: 'USDT',
        walletBalance,
        unrealizedProfit,
        marginBalance,
        maintMargin,
        initialMargin,
        positionInitialMargin,
        openOrderInitialMargin,
        crossWalletBalance,
        crossUnPnl,
        availableBalance,
        maxWithdrawAmount: availableBalance,
        marginAvailable: true,
        updateTime: state.nowMs(),
      },
    ],
    positions: openPositions(state).map((held) => {
      const { notional, unRealizedProfit, isolatedMargin, isolatedWallet, ...shown } = positionPayload(
        state,
        held,
      );
      return {
        symbol: shown.symbol,
        positionSide: shown.positionSide,
        positionAmt: shown.positionAmt,
        unrealizedProfit: unRealizedProfit,
        isolatedMargin,
        notional,
        isolatedWallet,
        initialMargin: shown.initialMargin,
        maintMargin: shown.maintMargin,
        updateTime: shown.updateTime,
      };
    }),
  };
}

function accountOfVersion2({ engine: { state }, settings }: RouteCall) {
  return {
    feeTier: 0,
    canTrade: settings.keyMayTrade,
    canDeposit: true,
    canWithdraw: settings.keyMayWithdraw,
    updateTime: 0,
    multiAssetsMargin: false,
    tradeGroupId: -1,
    ...accountPayload(state),
    positions: positionsOfAll(state).map((held) => {
      const shown = positionPayload(state, held);
      return {
        symbol: shown.symbol,
        initialMargin: shown.initialMargin,
        maintMargin: shown.maintMargin,
        unrealizedProfit: shown.unRealizedProfit,
        positionInitialMargin: shown.positionInitialMargin,
        openOrderInitialMargin: shown.openOrderInitialMargin,
        leverage: String(settingsOf(state, held.symbol).leverage),
        isolated: settingsOf(state, held.symbol).isIsolated,
        entryPrice: shown.entryPrice,
        maxNotional: String(bracketOf(specOf(state, held.symbol), held.costQuote.abs()).notionalCap),
        bidNotional: shown.bidNotional,
        askNotional: shown.askNotional,
        positionSide: shown.positionSide,
        positionAmt: shown.positionAmt,
        updateTime: shown.updateTime,
      };
    }),
  };
}

function balancePayload(state: VenueState) {
  const [asset] = accountPayload(state).assets;
  return [
    {
      accountAlias: 'SgsR',
      asset: 'USDT',
      balance: asset?.walletBalance,
      crossWalletBalance: asset?.crossWalletBalance,
      crossUnPnl: asset?.crossUnPnl,
      availableBalance: asset?.availableBalance,
      maxWithdrawAmount: asset?.maxWithdrawAmount,
      marginAvailable: true,
      updateTime: state.nowMs(),
    },
  ];
}
