/** Public market data. */
import { Big } from 'big.js';
import { barOpenAtMs, DAY_MS, HOUR_MS, TIMEFRAME_MS, Timeframe } from '#domain/time.ts';
import { textsOf } from './order-payloads.ts';
import { refusal, VenueRefusal } from './venue-refusal.ts';
import { open, type RouteCall, type Routes } from './venue-route.ts';
import { quoteOf, specOf } from './venue-state.ts';
import { exchangeInformation } from './venue-symbols.ts';

/** What rests on each side of the book, in thousands of steps. */
const DEPTH_STEPS = 1_000;

export const MARKET_ROUTES: Routes = {
  'GET /fapi/v1/ping': open(1, () => ({})),
  'GET /fapi/v1/time': open(1, (call) => ({ serverTime: serverTime(call) })),
  'GET /fapi/v1/exchangeInfo': open(1, (call) =>
    exchangeInformation(call.engine.state.symbols.values(), serverTime(call)),
  ),
  'GET /fapi/v1/klines': open(klinesWeight, klines),
  'GET /fapi/v1/premiumIndex': open(1, (call) => oneOrAll(call, premiumIndex), 10),
  'GET /fapi/v1/fundingRate': open(1, fundingRates),
  'GET /fapi/v1/fundingInfo': open(0, (call) =>
    tradedSymbols(call).map((symbol) => ({
      symbol,
      adjustedFundingRateCap: '0.02000000',
      adjustedFundingRateFloor: '-0.02000000',
      fundingIntervalHours: 8,
      disclaimer: false,
    })),
  ),
  'GET /fapi/v1/openInterest': open(1, async ({ engine: { state, feed }, parameters }) => {
    const symbol = parameters.required('symbol');
    const { openInterestBase } = await feed.now(symbol, state.nowMs());
    return { openInterest: openInterestBase.toFixed(3), symbol, time: state.nowMs() };
  }),
  'GET /fapi/v1/ticker/24hr': open(1, (call) => oneOrAll(call, dayTicker), 40),
  'GET /fapi/v1/ticker/price': open(1, (call) => oneOrAll(call, priceTicker), 2),
  'GET /fapi/v2/ticker/price': open(1, (call) => oneOrAll(call, priceTicker), 2),
  'GET /fapi/v1/ticker/bookTicker': open(2, (call) => oneOrAll(call, bookTicker), 5),
  'GET /fapi/v1/depth': open(depthWeight, (call) => {
    const { bidPrice, bidQty, askPrice, askQty } = bookTicker(call, call.parameters.required('symbol'));
    const nowMs = call.engine.state.nowMs();
    return {
      lastUpdateId: nowMs,
      E: nowMs,
      T: nowMs,
      bids: [[bidPrice, bidQty]],
      asks: [[askPrice, askQty]],
    };
  }),
};

function klinesWeight(limit: number | null): number {
  const rows = limit ?? 500;
  if (rows < 100) return 1;
  if (rows < 500) return 2;
  return rows <= 1_000 ? 5 : 10;
}

function depthWeight(limit: number | null): number {
  const levels = limit ?? 500;
  if (levels <= 50) return 2;
  if (levels <= 100) return 5;
  return levels <= 500 ? 10 : 20;
}

/** The clock clients see and are measured by. */
export function serverTime({ engine, settings }: Pick<RouteCall, 'engine' | 'settings'>): number {
  return engine.state.nowMs() + settings.clockAheadMs;
}

async function klines({ engine: { state, feed }, parameters, settings }: RouteCall): Promise<unknown[]> {
  const { symbol } = specOf(state, parameters.required('symbol'));
  const interval = Timeframe.safeParse(parameters.required('interval'));
  if (!interval.success) throw new VenueRefusal(-1120, 'Invalid interval.');
  const timeframe = interval.data;
  const widthMs = TIMEFRAME_MS[timeframe];
  const limit = Math.min(1_500, parameters.integer('limit') ?? 500);
  // The bar in progress is the last one of the list, as on Binance.
  const nowEndMs = barOpenAtMs(state.nowMs(), timeframe) + widthMs;
  const endMs = Math.min(nowEndMs, (parameters.integer('endTime') ?? nowEndMs) + 1);
  const fromMs = parameters.integer('startTime') ?? Math.ceil(endMs / widthMs - limit) * widthMs;
  const bars = await feed.bars(symbol, timeframe, fromMs, Math.ceil(endMs / widthMs) * widthMs);
  const { quantity } = textsOf(state, symbol);
  const { candleHole: hole } = settings;
  const shown = bars.filter(({ openAtMs }) => {
    if (symbol === hole?.symbol && openAtMs >= hole.fromMs && openAtMs < hole.toMs) return false;
    const barsAgo = (nowEndMs - openAtMs) / widthMs - 1;
    return !(
      (symbol === settings.staleSymbol && barsAgo <= 1) ||
      (symbol === settings.gappedSymbol && barsAgo === 5)
    );
  });
  const [top, bottom] =
    symbol === settings.spoiltSymbol ? (['low', 'high'] as const) : (['high', 'low'] as const);
  return shown
    .slice(0, limit)
    .map((bar) => [
      bar.openAtMs,
      String(bar.open),
      String(bar[top]),
      String(bar[bottom]),
      String(bar.close),
      String(bar.volume),
      bar.openAtMs + widthMs - 1,
      String(bar.volume * bar.close),
      1_000,
      quantity(new Big(bar.volume).div(2)),
      String((bar.volume * bar.close) / 2),
      '0',
    ]);
}

export async function premiumIndex({ engine: { state, feed } }: Pick<RouteCall, 'engine'>, symbol: string) {
  const { fundingRate, nextFundingAtMs } = await feed.now(symbol, state.nowMs());
  const { mark, last } = quoteOf(state, symbol);
  return {
    symbol,
    markPrice: mark.toFixed(8),
    indexPrice: last.toFixed(8),
    estimatedSettlePrice: last.toFixed(8),
    lastFundingRate: fundingRate.toFixed(8),
    interestRate: '0.00010000',
    nextFundingTime: nextFundingAtMs,
    time: state.nowMs(),
  };
}

/** What the market settled, and what a test made it settle; without a start the newest. */
async function fundingRates({ engine: { state, feed }, parameters }: RouteCall) {
  const { symbol } = specOf(state, parameters.required('symbol'));
  const limit = Math.min(1_000, parameters.integer('limit') ?? 100);
  const toMs = parameters.integer('endTime') ?? state.nowMs();
  const startMs = parameters.integer('startTime');
  const fromMs = (startMs ?? toMs - limit * 8 * HOUR_MS) - 1;
  const markPrice = quoteOf(state, symbol).mark.toFixed(8);
  const paid = state.fundingRates
    .filter((one) => one.symbol === symbol && one.fundingTime > fromMs && one.fundingTime <= toMs)
    .map((one) => ({
      symbol,
      fundingRate: one.fundingRate.toFixed(8),
      fundingTime: one.fundingTime,
      markPrice: one.markPrice.toFixed(8),
    }));
  const made = (await feed.settlements(symbol, fromMs, toMs)).map(({ atMs, rateFraction }) => ({
    symbol,
    fundingRate: rateFraction.toFixed(8),
    fundingTime: atMs,
    markPrice,
  }));
  const all = [...made, ...paid].sort((a, b) => a.fundingTime - b.fundingTime);
  return startMs === null ? all.slice(-limit) : all.slice(0, limit);
}

export async function dayTicker({ engine: { state, feed } }: Pick<RouteCall, 'engine'>, symbol: string) {
  const nowMs = state.nowMs();
  const { quoteVolume24h } = await feed.now(symbol, nowMs);
  const hours = await feed.bars(symbol, '1h', barOpenAtMs(nowMs - DAY_MS, '1h'), barOpenAtMs(nowMs, '1h'));
  const { price } = textsOf(state, symbol);
  const last = quoteOf(state, symbol).last.toNumber();
  const first = hours[0]?.open ?? last;
  const show = (value: number) => price(new Big(value));
  return {
    symbol,
    priceChange: show(last - first),
    priceChangePercent: ((last / first - 1) * 100).toFixed(3),
    weightedAvgPrice: show((last + first) / 2),
    lastPrice: String(last),
    lastQty: String(specOf(state, symbol).filters.minQuantity),
    openPrice: show(first),
    highPrice: show(Math.max(last, ...hours.map(({ high }) => high))),
    lowPrice: show(Math.min(last, ...hours.map(({ low }) => low))),
    volume: String(quoteVolume24h / last),
    quoteVolume: String(quoteVolume24h),
    openTime: nowMs - DAY_MS,
    closeTime: nowMs,
    firstId: 1,
    lastId: 100,
    count: 100,
  };
}

function priceTicker({ engine: { state } }: RouteCall, symbol: string) {
  return { symbol, price: textsOf(state, symbol).price(quoteOf(state, symbol).last), time: state.nowMs() };
}

function bookTicker({ engine: { state } }: RouteCall, symbol: string) {
  const { bid, ask } = quoteOf(state, symbol);
  const { price, quantity } = textsOf(state, symbol);
  const size = quantity(specOf(state, symbol).filters.stepSize.times(DEPTH_STEPS));
  return {
    symbol,
    bidPrice: price(bid),
    bidQty: size,
    askPrice: price(ask),
    askQty: size,
    time: state.nowMs(),
  };
}

async function oneOrAll(
  call: RouteCall,
  tell: (call: RouteCall, symbol: string) => object | Promise<object>,
): Promise<unknown> {
  const symbol = call.parameters.text('symbol');
  if (symbol === null) return Promise.all(tradedSymbols(call).map((one) => tell(call, one)));
  if (!call.engine.state.quotes.has(symbol)) throw refusal(-1121);
  return tell(call, symbol);
}

function tradedSymbols({ engine: { state } }: RouteCall): string[] {
  return [...state.quotes.keys()];
}
