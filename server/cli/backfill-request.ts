import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime, TIMEFRAME_MS, Timeframe } from '#domain/time.ts';
import type { TimeSpan } from '#domain/time-span.ts';
import type { Config } from '../config.ts';
import { DEFAULT_POOL } from '../engine/market-source.ts';
import { instantOf, usage } from './instant-option.ts';
import { symbolList } from './session.ts';

export interface BackfillOptions {
  readonly market?: string;
  readonly symbols?: string;
  readonly timeframe: string;
  readonly from: string;
  readonly to?: string;
  readonly json: boolean;
}

export interface BackfillRequest {
  /** A ccxt id. */
  readonly venue: string;
  readonly symbols: readonly MarketSymbol[];
  readonly timeframe: Timeframe;
  readonly fromMs: EpochMs;
  /** Null: up to now. */
  readonly toMs: EpochMs | null;
}

/** What is asked where the configuration names a replay: the venue live trading knows. */
const DEFAULT_VENUE = 'binanceusdm';

/** @throws AppError `usage_invalid`, `symbol_invalid` */
export function backfillRequest(
  options: BackfillOptions,
  { market }: Pick<Config, 'market'>,
): BackfillRequest {
  const timeframe = Timeframe.safeParse(options.timeframe);
  if (!timeframe.success)
    throw usage(`--timeframe "${options.timeframe}" is not one of ${Timeframe.options.join(', ')}`);
  if (options.market === 'replay')
    throw usage('--market replay reads files and has nothing to store: name a venue such as binanceusdm');
  const configured = market.source === 'replay' ? DEFAULT_VENUE : market.source;
  const fromMs = instantOf('--from', options.from);
  const toMs = options.to === undefined ? null : instantOf('--to', options.to);
  if (toMs !== null && fromMs >= toMs)
    throw usage(`--from ${isoTime(fromMs)} is not before --to ${isoTime(toMs)}: exchange them`);
  return {
    venue: options.market ?? configured,
    symbols: options.symbols === undefined ? (market.symbols ?? DEFAULT_POOL) : symbolList(options.symbols),
    timeframe: timeframe.data,
    fromMs,
    toMs,
  };
}

/**
 * The asked span from the open of its first whole bar to the close of its last, none later than now.
 * @throws AppError `usage_invalid` when it begins in the future
 */
export function spanOfBars({ timeframe, fromMs, toMs }: BackfillRequest, nowMs: EpochMs): TimeSpan {
  if (fromMs > nowMs)
    throw usage(`--from ${isoTime(fromMs)} lies in the future, it is ${isoTime(nowMs)}: name an earlier one`);
  const widthMs = TIMEFRAME_MS[timeframe];
  const openMs = Math.ceil(fromMs / widthMs) * widthMs;
  const closeMs = Math.floor(Math.min(toMs ?? nowMs, nowMs) / widthMs) * widthMs;
  return { fromMs: openMs, toMs: Math.max(openMs, closeMs) };
}
