/** What the API asks of backtests: which candles there are for one, and the rows of those that were asked. */
import { createCandleRepository } from '#db/repositories/candles.ts';
import { type BacktestChoices, MOST_BACKTEST_BARS } from '#domain/backtest.ts';
import { AppError } from '#domain/errors.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, isoTime, TIMEFRAME_MS, type Timeframe } from '#domain/time.ts';
import { replayArchive } from '#exchanges/replay/replay-market.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import type { Container } from '../container.ts';
import { tellPages } from '../events/tell-pages.ts';
import type { BacktestStart, BacktestsPort } from '../figure-ports.ts';
import { wallClock } from '../wall-clock.ts';
import { storedArchive } from './stored-archive.ts';
import { STRATEGIES } from './strategies.ts';

type Reach = Pick<BacktestChoices, 'symbols' | 'timeframe' | 'fromMs' | 'toMs' | 'hindrance'>;

/** So many are walked in about ten seconds. */
const SUGGESTED_BARS = 20_000;
const MOST_SUGGESTED_DAYS = 30;

export function createBacktestsPort(container: Container): BacktestsPort {
  const { rows, source, ids, defaultDeskId: market } = container;
  const { backtests } = rows;
  const tell = () => tellPages(rows.events, 'backtest.changed', null);

  async function choices(): Promise<BacktestChoices> {
    const reach = source.live ? await storedReach(container) : await ownReach(container);
    const watched = (await rows.desks.get(market))?.symbols ?? source.symbols;
    return {
      ...reach,
      source: source.market.source,
      strategies: STRATEGIES.map(({ name, describes }) => ({ name, describes })),
      mostBars: MOST_BACKTEST_BARS,
      suggested: suggestedOf(reach, watched),
    };
  }

  return {
    choices,
    async start(asked) {
      assertWalkable(asked, await choices());
      const backtestId = ids.next('backtest');
      const { source: of } = source.market;
      const createdAtMs = wallClock.nowMs();
      await backtests.open({
        ...{ backtestId, market, source: of, createdAtMs, strategy: asked.strategy },
        ...{ symbols: [...asked.symbols], fromMs: asked.fromMs, toMs: asked.toMs },
      });
      await tell();
      return backtestId;
    },
    async cancel(backtestId) {
      await backtests.cancel(backtestId);
      await tell();
    },
    get: backtests.get,
    list: backtests.list,
    bars: backtests.bars,
  };
}

/** Files and made-up prices: what the running market has. */
async function ownReach({ source: { market } }: Container): Promise<Reach> {
  return {
    symbols: (await market.instruments()).map(({ symbol }) => symbol),
    timeframe: market.finestTimeframe,
    ...{ fromMs: market.spanMs.from, toMs: market.spanMs.to, hindrance: null },
  };
}

/** A venue: what `backfill` has stored of it. */
async function storedReach({ config, opened, source }: Container): Promise<Reach> {
  const { barsPerSeries } = DEFAULT_SETTINGS;
  try {
    const candles = createCandleRepository(opened.database);
    const archive = await storedArchive(candles, config.market.source);
    const offered = (await source.market.instruments()).map(({ symbol }) => symbol);
    const stored = new Set(archive.index.candles.map(({ symbol }) => symbol));
    const symbols = offered.filter((symbol) => stored.has(symbol));
    const market = await replayArchive(archive, { symbols, barsPerSeries, startOption: 'from' });
    await market.close();
    const { spanMs, finestTimeframe: timeframe } = market;
    return { symbols, timeframe, fromMs: spanMs.from, toMs: spanMs.to, hindrance: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'candle_data_missing') throw thrown;
    const { finestTimeframe: timeframe } = source.market;
    return { symbols: [], timeframe, fromMs: 0, toMs: 0, hindrance: thrown.message };
  }
}

function suggestedOf(
  { symbols: offered, timeframe, fromMs, toMs, hindrance }: Reach,
  watched: readonly MarketSymbol[],
): BacktestChoices['suggested'] {
  if (hindrance !== null) return null;
  const symbols = watched.filter((symbol) => offered.includes(symbol));
  const chosen = symbols.length > 0 ? symbols : offered.slice(0, 1);
  const barsPerDay = (chosen.length * DAY_MS) / TIMEFRAME_MS[timeframe];
  const days = Math.min(MOST_SUGGESTED_DAYS, Math.max(1, Math.floor(SUGGESTED_BARS / barsPerDay)));
  const spanMs = days * DAY_MS;
  if (toMs === null) return { symbols: chosen, fromMs, toMs: fromMs + spanMs };
  return { symbols: chosen, fromMs: Math.max(fromMs, toMs - spanMs), toMs };
}

/** @throws AppError with the way out; holes in the candles are found by the walk itself */
function assertWalkable(
  { symbols, fromMs, toMs }: BacktestStart,
  { hindrance, mostBars, ...reach }: BacktestChoices,
): void {
  if (hindrance !== null) throw new AppError('candle_data_missing', hindrance);
  const whole = `the candles of ${reach.source.name} can be walked from ${isoTime(reach.fromMs)}${reach.toMs === null ? ' on' : ` to ${isoTime(reach.toMs)}`}`;
  if (fromMs >= toMs) throw invalid('from', `from ${isoTime(fromMs)} is not before to ${isoTime(toMs)}`);
  if (fromMs < reach.fromMs) throw invalid('from', `from ${isoTime(fromMs)} is too early: ${whole}`);
  if (reach.toMs !== null && toMs > reach.toMs)
    throw invalid('to', `to ${isoTime(toMs)} is too late: ${whole}`);
  const bars = barsIn(reach.timeframe, toMs - fromMs) * symbols.length;
  if (bars > mostBars)
    throw invalid(
      'to',
      `${bars} bars of ${reach.timeframe} from ${isoTime(fromMs)} to ${isoTime(toMs)} for ${symbols.length} symbols exceed the limit ${mostBars}: choose a shorter span or fewer symbols`,
    );
}

function barsIn(timeframe: Timeframe, spanMs: number): number {
  return Math.floor(spanMs / TIMEFRAME_MS[timeframe]);
}

function invalid(field: 'from' | 'to', message: string): AppError {
  return new AppError('request_invalid', message, {
    context: { errors: [{ location: `json.${field}`, message }] },
  });
}
