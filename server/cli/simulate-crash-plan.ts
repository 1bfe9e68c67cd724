/** What a crash drill was asked for on the command line, with everything that cannot be meant refused by name. */
import { AppError } from '#domain/errors.ts';
import { baseOf, type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import { DEFAULT_SYMBOLS } from '#exchanges/generator/profiles.ts';
import { DEFAULT_POOL } from '../engine/market-source.ts';
import { instantOf, usage } from './instant-option.ts';
import { symbolList } from './session.ts';

/** As commander gives them: absent where they were not written. */
export interface SimulateCrashOptions {
  readonly asset: string;
  readonly drop?: string;
  readonly over?: string;
  readonly from?: string;
  readonly replay: boolean;
  readonly data?: string;
  readonly venue?: string;
  readonly symbols?: string;
  readonly seed?: string;
  readonly speed?: string;
  readonly json: boolean;
}

interface AnyDrill {
  readonly symbol: MarketSymbol;
  /** Market seconds for one wall second while the market falls; null for one bar a second. */
  readonly speed: number | null;
}

/** A crash that is ordered of the generator. */
export interface GeneratedDrill extends AnyDrill {
  readonly kind: 'generator';
  readonly symbols: readonly MarketSymbol[];
  readonly dropFraction: number;
  readonly overMs: number;
  readonly seed: number;
  readonly fromMs: EpochMs;
}

/** A stretch of recorded candles. */
export interface RecordedDrill extends AnyDrill {
  readonly kind: 'replay';
  /** Null: the default pool as far as the files have it. */
  readonly symbols: readonly MarketSymbol[] | null;
  readonly dataPath: string;
  readonly venue: string | null;
  readonly fromMs: EpochMs;
  readonly overMs: number;
}

/** A crash laid over recorded candles. */
export interface LaidDrill extends Omit<RecordedDrill, 'kind' | 'fromMs'> {
  readonly kind: 'laid';
  readonly dropFraction: number;
  /** Null: the earliest instant with a whole look-back. */
  readonly fromMs: EpochMs | null;
}

export type Drill = GeneratedDrill | RecordedDrill | LaidDrill;

const DEFAULT_DROP = '18';
const DEFAULT_OVER = '20m';
const DEFAULT_STRETCH = '24h';
const DEFAULT_SEED = '7';
const DEFAULT_FROM_MS = Date.UTC(2025, 0, 2, 12, 10);
const DROP_PERCENT = { least: 0.1, most: 90 };
const OVER_MS = { least: MINUTE_MS, most: DAY_MS };
const STRETCH_MS = { least: HOUR_MS, most: 7 * DAY_MS };
const SPEED = { least: 0.1, most: 100_000 };
const LARGEST_SEED = 4_294_967_295;
const UNIT_MS = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS } as const;

/**
 * @param configured `VIGIL_DATA` of the environment, where `--data` is not given
 * @throws AppError `usage_invalid`, `symbol_invalid`, `symbol_unknown`, `candle_data_missing`
 */
export function drillOf(options: SimulateCrashOptions, configured: string | undefined): Drill {
  const symbol = parseSymbol(options.asset);
  const named = options.symbols === undefined ? null : symbolList(options.symbols);
  const speed = options.speed === undefined ? null : numberOf('--speed', options.speed, SPEED);
  const common = { symbol, named, speed };
  if (options.replay) return recordedDrill(options, common, configured);
  return options.data === undefined
    ? generatedDrill(options, common)
    : laidDrill(options, common, options.data);
}

interface Common extends AnyDrill {
  readonly named: readonly MarketSymbol[] | null;
}

function generatedDrill(options: SimulateCrashOptions, { symbol, named, speed }: Common): GeneratedDrill {
  const { drop = DEFAULT_DROP, over = DEFAULT_OVER, seed = DEFAULT_SEED } = options;
  if (options.venue !== undefined)
    throw usage('--venue names recorded candles: name their folder with --data, or leave it out');
  const offered = named ?? DEFAULT_SYMBOLS;
  if (!offered.includes(symbol)) {
    const message = `the generator has no ${options.asset}: --asset is one of ${offered.map(baseOf).join(', ')}, and --symbols names others`;
    throw new AppError('symbol_unknown', message, { context: { symbol } });
  }
  return {
    ...{ kind: 'generator', symbol, speed },
    symbols: withFirst(symbol, named ?? DEFAULT_POOL),
    dropFraction: dropOf(drop),
    overMs: minutesOf(over),
    seed: seedOf(seed),
    fromMs: options.from === undefined ? DEFAULT_FROM_MS : onMinute(instantOf('--from', options.from)),
  };
}

function laidDrill(
  options: SimulateCrashOptions,
  { symbol, named, speed }: Common,
  dataPath: string,
): LaidDrill {
  const { drop = DEFAULT_DROP, over = DEFAULT_OVER } = options;
  refuseSeed(options);
  return {
    ...{ kind: 'laid', symbol, speed, dataPath },
    symbols: named === null ? null : withFirst(symbol, named),
    venue: options.venue ?? null,
    dropFraction: dropOf(drop),
    overMs: minutesOf(over),
    fromMs: options.from === undefined ? null : onMinute(instantOf('--from', options.from)),
  };
}

function dropOf(text: string): number {
  return numberOf('--drop', text, DROP_PERCENT, ' (percent off its price)') / 100;
}

function minutesOf(over: string): number {
  const overMs = lengthOf('--over', over, OVER_MS);
  if (overMs % MINUTE_MS === 0) return overMs;
  throw usage(
    `--over "${over}" is no whole number of minutes, which are the bars of a crash: give 20m or 2h`,
  );
}

function refuseSeed({ seed }: SimulateCrashOptions): void {
  if (seed !== undefined)
    throw usage('--seed belongs to the generator: recorded candles have none, so leave one of the two out');
}

function recordedDrill(
  options: SimulateCrashOptions,
  { symbol, named, speed }: Common,
  configured: string | undefined,
): RecordedDrill {
  const { over = DEFAULT_STRETCH, data = configured } = options;
  if (options.drop !== undefined)
    throw usage('--drop makes a crash: a replay falls as it fell, so leave one of the two out');
  refuseSeed(options);
  if (data === undefined || data.trim() === '')
    throw new AppError(
      'candle_data_missing',
      '--replay needs recorded candles: name their folder or file with --data, or set VIGIL_DATA',
    );
  if (options.from === undefined)
    throw usage(
      `--replay needs --from, the instant to begin at, such as 2025-10-10T20:00Z: breaker-scan --data ${data} tells when there were crashes`,
    );
  return {
    ...{ kind: 'replay', symbol, speed, dataPath: data },
    symbols: named === null ? null : withFirst(symbol, named),
    venue: options.venue ?? null,
    fromMs: onMinute(instantOf('--from', options.from)),
    overMs: lengthOf('--over', over, STRETCH_MS),
  };
}

/** `20m`, `90s`, `1h30m` → milliseconds. @throws AppError `usage_invalid` */
export function lengthOf(
  option: string,
  text: string,
  bounds: { readonly least: number; readonly most: number },
): number {
  const trimmed = text.trim().toLowerCase();
  if (!/^(\d+(\.\d+)?[dhms])+$/.test(trimmed))
    throw usage(`${option} "${text}" is no length of time: give one such as 20m, 45m or 1h30m`);
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)([dhms])/g)];
  const ms = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS],
    0,
  );
  if (ms < bounds.least || ms > bounds.most)
    throw usage(
      `${option} "${text}" is out of bounds: give ${lengthText(bounds.least)} to ${lengthText(bounds.most)}`,
    );
  return ms;
}

/** `1 h 30 min`, `45 s`. */
export function lengthText(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length > 0 ? said.join(' ') : '0 s';
}

function numberOf(
  option: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
  about = '',
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most) return value;
  throw usage(`${option} "${text}" must be a number from ${least} to ${most}${about}`);
}

function seedOf(text: string): number {
  const seed = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seed <= LARGEST_SEED) return seed;
  throw usage(`--seed "${text}" must be a whole number from 0 to ${LARGEST_SEED}`);
}

function withFirst(symbol: MarketSymbol, symbols: readonly MarketSymbol[]): MarketSymbol[] {
  return [symbol, ...symbols.filter((other) => other !== symbol)];
}

function onMinute(atMs: EpochMs): EpochMs {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}
