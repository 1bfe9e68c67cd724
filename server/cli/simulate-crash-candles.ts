/** Which of the recorded candles a drill runs on: a crash is told the better, the finer its bars are. */
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { MINUTE_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { indexFolder } from '#exchanges/replay/folder-index.ts';
import { REPLAY_POOL } from '../engine/market-key.ts';
import { DEFAULT_POOL, type OpenMarket } from '../engine/market-source.ts';
import type { RecordedDrill } from './simulate-crash-plan.ts';

type OnCandles = Pick<RecordedDrill, 'symbol' | 'symbols' | 'dataPath' | 'venue'>;

interface Choice {
  readonly symbols: readonly MarketSymbol[];
  /** Null: the one the replay prefers. */
  readonly venue: string | null;
}

/**
 * The finest bars of any venue, the larger pool among equals: the default one where the files have it, else the two that
 * nearly every folder has. What a person has named is taken as it is.
 * @throws AppError of the replay, by the words of the command line, where no choice can be opened
 */
export async function openFinest<Opened extends { readonly opened: OpenMarket }>(
  drill: OnCandles,
  open: (choice: Choice) => Promise<Opened>,
): Promise<Opened> {
  let finest: Opened | null = null;
  let failure: unknown = null;
  for (const choice of await choicesOf(drill)) {
    try {
      const found = await open(choice);
      if (finest === null || widthOf(found) < widthOf(finest)) finest = found;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      // Of all choices the first is the one a person would have made.
      failure ??= thrown;
    }
    if (finest !== null && widthOf(finest) === MINUTE_MS) break;
  }
  if (finest !== null) return finest;
  throw failure instanceof AppError ? inOptions(failure) : failure;
}

async function choicesOf({ symbols, symbol, dataPath, venue }: OnCandles): Promise<Choice[]> {
  const pools =
    symbols === null ? [DEFAULT_POOL, REPLAY_POOL].map((pool) => withFirst(symbol, pool)) : [symbols];
  const venues = venue === null ? [null, ...(await venuesIn(dataPath, symbol))] : [venue];
  return pools.flatMap((pool) => venues.map((one) => ({ symbols: pool, venue: one })));
}

async function venuesIn(dataPath: string, symbol: MarketSymbol): Promise<string[]> {
  try {
    const { candles } = await indexFolder(dataPath);
    return [...new Set(candles.filter((file) => file.symbol === symbol).map(({ venue }) => venue))];
  } catch (thrown) {
    throw thrown instanceof AppError ? inOptions(thrown) : thrown;
  }
}

function widthOf({ opened }: { readonly opened: OpenMarket }): number {
  return TIMEFRAME_MS[opened.market.finestTimeframe];
}

function withFirst(symbol: MarketSymbol, pool: readonly MarketSymbol[]): MarketSymbol[] {
  return [symbol, ...pool.filter((other) => other !== symbol)];
}

/** The same failure, by the words of the command line. */
function inOptions({ code, message, context, cause }: AppError): AppError {
  const said = message
    .replaceAll(
      '; set VIGIL_DATA to a folder or file that exists, or unset it for the built-in generator',
      '',
    )
    .replaceAll('VIGIL_FROM', '--from')
    .replaceAll(/--symbols(?: or |, )VIGIL_SYMBOLS/g, '--symbols')
    .replaceAll('VIGIL_DATA_VENUE', '--venue')
    .replaceAll(/VIGIL_DATA(?:=|\b)/g, '--data ');
  return new AppError(code, said, { context, cause });
}
