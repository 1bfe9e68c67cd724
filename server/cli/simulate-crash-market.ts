/** The market of a drill, its story, and the pace at which the desk lives through it. */
import { AppError } from '#domain/errors.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, HOUR_MS, isoTime, MINUTE_MS, SECOND_MS, TIMEFRAME_MS } from '#domain/time.ts';
import { createFallenMarket } from '#exchanges/generator/fallen-market.ts';
import { createGeneratorMarket } from '#exchanges/generator/generator-market.ts';
import { DEFAULT_SETTINGS } from '#graphs/deps.ts';
import { type Config, type EnvironmentText, readConfig } from '../config.ts';
import { type OpenMarket, openMarket } from '../engine/market-source.ts';
import { wallClock } from '../wall-clock.ts';
import { usage } from './instant-option.ts';
import { openFinest } from './simulate-crash-candles.ts';
import type { Pace } from './simulate-crash-clock.ts';
import {
  type Drill,
  type GeneratedDrill,
  type LaidDrill,
  lengthText,
  type RecordedDrill,
} from './simulate-crash-plan.ts';
import { type MarketStory, readStory } from './simulate-crash-story.ts';

export interface DrillMarket {
  readonly config: Config;
  readonly opened: OpenMarket;
  readonly story: MarketStory;
  /** Where the desk begins, a little before the fall, and how fast time runs from there. */
  readonly startAtMs: EpochMs;
  readonly paces: readonly Pace[];
  /** Of the fall. */
  readonly speed: number;
}

/** Calm bars before the fall begins: the guard looks, the book is laid, a cycle runs. */
const LEAD_BARS = { generator: 5, replay: 2 };
/** So far the generator is followed after the fall, unless the market is back earlier. */
const AFTER_FALL_MS = 4 * HOUR_MS;
/** Stretches in which little happens pass so much faster. */
const CALM_TIMES = 10;
/** How long the desk is watched after the market is back: what a policy does then wants time. */
const AFTER_CLEARED = { bars: 15, wallSeconds: 5 };
const BARS_AFTER_TROUGH = 3;
/** Beyond it the guard would hear a whole crash in one look, and of each symbol long after the others. */
const MOST_BARS_A_LOOK = 10;
/** A fall that trips nothing and takes longer than this is hurried through. */
const MOST_BARS_OF_A_FALL = 90;

/** @throws AppError of what the market is made from */
export async function openDrillMarket(drill: Drill, homeDir: string): Promise<DrillMarket> {
  if (drill.kind === 'generator') return openGenerated(drill, homeDir);
  return drill.kind === 'replay' ? openRecorded(drill, homeDir) : openLaid(drill, homeDir);
}

async function openGenerated(drill: GeneratedDrill, homeDir: string): Promise<DrillMarket> {
  const { symbol, symbols, dropFraction, overMs, seed, fromMs } = drill;
  const atMs = fromMs + LEAD_BARS.generator * MINUTE_MS;
  const market = createGeneratorMarket({
    ...{ seed, symbols, startAtMs: fromMs, barsPerSeries: DEFAULT_SETTINGS.barsPerSeries },
    scheduledCrash: { symbol, dropFraction, overMs, atMs },
  });
  const story = await readStory(market, drill, { fromMs, toMs: atMs + overMs + AFTER_FALL_MS });
  const config = configOf(homeDir, drill, { VIGIL_SEED: String(seed) });
  const opened = await open(config);
  return { ...pacedBy(story, fromMs, drill.speed), config, story, opened: { ...opened, market } };
}

async function openRecorded(drill: RecordedDrill, homeDir: string): Promise<DrillMarket> {
  const { symbol, fromMs, overMs, dataPath } = drill;
  const { config, opened } = await openCandles(drill, homeDir);
  const { market } = opened;
  const toMs = Math.min(fromMs + overMs, market.spanMs.to ?? Number.POSITIVE_INFINITY);
  const story = await readStory(market, { symbol, symbols: opened.symbols }, { fromMs, toMs });
  if (!(story.trough.priceQuote > 0))
    throw new AppError(
      'candle_data_missing',
      `${dataPath} has no bars of ${baseOf(symbol)} from ${isoTime(fromMs)} over ${lengthText(overMs)}: name another --from, --over or --data`,
    );
  const leadMs = LEAD_BARS.replay * TIMEFRAME_MS[market.finestTimeframe];
  const fallsAtMs = Math.max(fromMs, story.peak.atMs - leadMs);
  const startAtMs = Math.floor(fallsAtMs / story.barMs) * story.barMs;
  return { ...pacedBy(story, startAtMs, drill.speed), config, story, opened: { ...opened, startAtMs } };
}

async function openLaid(drill: LaidDrill, homeDir: string): Promise<DrillMarket> {
  const { symbol, dropFraction, overMs } = drill;
  const { config, opened } = await openCandles(drill, homeDir);
  const barMs = TIMEFRAME_MS[opened.market.finestTimeframe];
  if (overMs % barMs !== 0)
    throw usage(
      `--over ${lengthText(overMs)} is no whole number of bars: the finest of these candles are of ${lengthText(barMs)}`,
    );
  const startAtMs = Math.ceil((drill.fromMs ?? opened.startAtMs) / barMs) * barMs;
  const atMs = startAtMs + LEAD_BARS.generator * barMs;
  const market = await createFallenMarket(opened.market, { symbol, dropFraction, overMs, atMs });
  const toMs = Math.min(atMs + overMs + AFTER_FALL_MS, market.spanMs.to ?? Number.POSITIVE_INFINITY);
  const story = await readStory(market, { symbol, symbols: opened.symbols }, { fromMs: startAtMs, toMs });
  return {
    ...pacedBy(story, startAtMs, drill.speed),
    config,
    story,
    opened: { ...opened, market, startAtMs },
  };
}

function openCandles(drill: RecordedDrill | LaidDrill, homeDir: string) {
  const { fromMs, dataPath } = drill;
  return openFinest(drill, async ({ symbols, venue }) => {
    const files = { VIGIL_DATA: dataPath, ...(venue !== null && { VIGIL_DATA_VENUE: venue }) };
    const config = configOf(homeDir, { fromMs, symbols }, files);
    return { config, opened: await open(config) };
  });
}

function open(config: Config): Promise<OpenMarket> {
  return openMarket(config, { wallClock, barsPerSeries: DEFAULT_SETTINGS.barsPerSeries });
}

/** Nothing of the person's own environment: no key, no database, no limits but those in code. */
function configOf(
  homeDir: string,
  { fromMs, symbols }: { readonly fromMs: EpochMs | null; readonly symbols: readonly MarketSymbol[] },
  market: EnvironmentText,
): Config {
  return readConfig({
    ...market,
    VIGIL_HOME: homeDir,
    ...(fromMs !== null && { VIGIL_FROM: String(fromMs) }),
    VIGIL_SYMBOLS: symbols.join(','),
    // One cycle as the desk begins; later ones are asked for.
    CYCLE_INTERVAL_MS: String(DAY_MS),
    HOST: '127.0.0.1',
    PORT: '0',
  });
}

/** A bar for each look of the guard while the market falls, and until the trip is over with; faster elsewhere. */
function pacedBy(
  { span, barMs, trough, crossing, clearedAtMs }: MarketStory,
  startAtMs: EpochMs,
  asked: number | null,
): Pick<DrillMarket, 'startAtMs' | 'speed' | 'paces'> {
  const speed = asked ?? barMs / SECOND_MS;
  const most = (MOST_BARS_A_LOOK * barMs) / SECOND_MS;
  if (speed > most)
    throw usage(
      `--speed ${speed} hurries through more than ${MOST_BARS_A_LOOK} bars of ${lengthText(barMs)} in each look of the guard: give ${most} at most`,
    );
  const calm = Math.min(speed * CALM_TIMES, most);
  const fallenAtMs = Math.max(trough.atMs, crossing?.trippedAtMs ?? 0) + BARS_AFTER_TROUGH * barMs;
  const isSlide = crossing === null && fallenAtMs - startAtMs > MOST_BARS_OF_A_FALL * barMs;
  const watchedMs = Math.max(AFTER_CLEARED.bars * barMs, AFTER_CLEARED.wallSeconds * SECOND_MS * calm);
  // Without a trip there is no way back to watch.
  const backAtMs = crossing === null ? fallenAtMs : (clearedAtMs ?? span.toMs);
  return {
    ...{ startAtMs, speed },
    paces: [
      { untilMs: Math.min(span.toMs, fallenAtMs), speed: isSlide ? calm : speed },
      { untilMs: Math.min(span.toMs, backAtMs + watchedMs), speed: calm },
    ],
  };
}
