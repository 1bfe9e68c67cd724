/** What a file's name tells of its content; nothing is opened here. */
import { AppError } from '#domain/errors.ts';
import { type MarketSymbol, parseSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, Timeframe } from '#domain/time.ts';

interface NamedFile {
  readonly name: string;
  readonly venue: string;
  readonly symbol: MarketSymbol;
  /** Midnight of the first day. */
  readonly fromMs: EpochMs;
  /** Midnight after the last day: names tell days, and a file may begin or end within one. */
  readonly toMs: EpochMs;
}

export interface CandleFile extends NamedFile {
  readonly kind: 'candles';
  readonly timeframe: Timeframe;
}

export interface FundingFile extends NamedFile {
  readonly kind: 'funding';
}

export interface IgnoredFile {
  readonly kind: 'ignored';
  readonly reason: string;
}

const OUR_NAME = /^([A-Z0-9]+)_(.+)_([^_]+)_(\d{4}-?\d{2}-?\d{2})_(\d{4}-?\d{2}-?\d{2})\.csv(?:\.gz)?$/i;
/** data.binance.vision, monthly and daily klines: `BTCUSDT-5m-2025-01.csv`, `BTCUSDT-5m-2025-01-31.csv`. */
const BINANCE_NAME = /^([A-Z0-9]+)-(\d+[smhdw])-(\d{4})-(\d{2})(?:-(\d{2}))?\.csv(?:\.gz)?$/;

/** The venue files of Binance's own naming are put under, since such a name does not say spot or futures. */
export const BINANCE_DUMP_VENUE = 'BINANCE';

/** The parts of a name, as they stand in it. */
export interface FileNameParts {
  readonly venue: string;
  readonly venueSymbol: string;
  /** An interval, or what else the file holds. */
  readonly content: string;
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** Reads a name such as `BINANCEUSDM_BTCUSDT_5m_20250101_20260124.csv.gz`. Never throws: a foreign file is ignored. */
export function readFileName(name: string): CandleFile | FundingFile | IgnoredFile {
  const parts = splitFileName(name);
  return parts === null ? ignored('not a candle file') : named(name, parts);
}

/** The parts of a name in our form or in Binance's, whatever its symbol and content; null for any other. */
export function splitFileName(name: string): FileNameParts | null {
  const ours = OUR_NAME.exec(name);
  if (ours) {
    const [, venue, venueSymbol, content, first, last] = ours as unknown as string[];
    const days = { fromMs: dayMs(first!), toMs: dayMs(last!) + DAY_MS };
    return { venue: venue!.toUpperCase(), venueSymbol: venueSymbol!, content: content!, ...days };
  }
  const dump = BINANCE_NAME.exec(name);
  if (!dump) return null;
  const [, venueSymbol, content, year, month, day] = dump as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  const fromMs = Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1));
  const toMs = day ? fromMs + DAY_MS : Date.UTC(Number(year), Number(month), 1);
  return { venue: BINANCE_DUMP_VENUE, venueSymbol, content, fromMs, toMs };
}

function named(
  name: string,
  { venue, venueSymbol, content, fromMs, toMs }: FileNameParts,
): CandleFile | FundingFile | IgnoredFile {
  if (venueSymbol.endsWith('-MARK')) return ignored('mark or index price, not trades');
  const symbol = linearSymbol(venueSymbol);
  if (!symbol) return ignored('not a linear symbol');
  if (!(fromMs < toMs)) return ignored('dates that run backwards');
  if (content === 'funding') return { kind: 'funding', name, venue, symbol, fromMs, toMs };
  const timeframe = Timeframe.safeParse(content);
  if (!timeframe.success) return ignored(`"${content}" is not an interval Vigil reads`);
  return { kind: 'candles', name, venue, symbol, timeframe: timeframe.data, fromMs, toMs };
}

/** `BTCUSDT` → `BTC/USDT:USDT`; null for inverse, dated and unreadable contracts. */
export function linearSymbol(venueSymbol: string): MarketSymbol | null {
  if (!/^[A-Z0-9]+$/.test(venueSymbol)) return null;
  try {
    return parseSymbol(venueSymbol);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function ignored(reason: string): IgnoredFile {
  return { kind: 'ignored', reason };
}

/** `20250131` or `2025-01-31` → its midnight, UTC. */
function dayMs(text: string): EpochMs {
  const digits = text.replaceAll('-', '');
  return Date.UTC(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)) - 1, Number(digits.slice(6, 8)));
}
