/** Tabular Q-learning: updates from the replay against the plain loop, and a pass over a symbol-year of one-minute bars. */
import { seededRandom } from '#domain/ids.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import { ACTION_COUNT, CLOSE, HOLD, LONG, SHORT } from '#tools/qtable/actions.ts';
import { MARKET_STATE_COUNT, STATE_COUNT } from '#tools/qtable/encode-state.ts';
import { COUNTER, createLearner, type Learner, learnFrom, replay } from '#tools/qtable/learner.ts';
import { createBook } from '#tools/qtable/position-book.ts';
import { stretchesOf, trainingSeries } from '#tools/qtable/training-series.ts';
import { benchCandles } from './bench-candles.ts';
import { type BenchRow, summarise, timeTurnsMs } from './bench-row.ts';

const UPDATES = 4_000_000;
const YEAR_BARS = 525_600;
const ROUNDS = { updates: 7, year: 5 };
const LEARNING_RATE = 0.1;
const DISCOUNT = 0.95;
const DRAW_SCALE = 1 / 4_294_967_296;

export function benchQLearning(): BenchRow[] {
  return [...benchUpdates(10_000), ...benchUpdates(100_000), ...benchYear()];
}

/** Rows are millions of updates a second: of the median and of the slowest round. */
function benchUpdates(about: number): BenchRow[] {
  const states = Math.ceil(about / 3) * 3;
  const learner = filledLearner(states);
  const values = new Float64Array(states * ACTION_COUNT);
  const [ours = [], plain = []] = timeTurnsMs(
    [() => replay(learner, UPDATES, LEARNING_RATE), () => plainReplay(learner, values, UPDATES)],
    ROUNDS.updates,
    2,
  );
  const [own, loop] = [summarise(ours), summarise(plain)];
  const perSecond = (ms: number) => UPDATES / ms / 1_000;
  return [
    {
      name: `q-learning: replay of 10,000, ${about} states × ${ACTION_COUNT}`,
      unit: 'M updates/s',
      median: perSecond(own.median),
      p99: perSecond(own.p99),
      baseline: 'plain loop over typed arrays, every action allowed',
      ratio: own.median / loop.median,
    },
  ];
}

function filledLearner(states: number): Learner {
  const { replaySize } = DEFAULT_Q_PARAMETERS;
  const learner = createLearner({ states, replaySize, seed: 7 });
  const random = seededRandom(7);
  const below = (limit: number) => Math.floor(random.next() * limit);
  const { ring, counters } = learner;
  for (let i = 0; i < replaySize; i++) {
    ring.states[i] = below(states);
    const isFlat = ring.states[i]! % 3 === 0;
    ring.actions[i] = isFlat ? [HOLD, LONG, SHORT][below(3)]! : [HOLD, CLOSE][below(2)]!;
    ring.rewards[i] = random.next() * 2 - 1;
    ring.nextStates[i] = below(states);
    ring.discounts[i] = DISCOUNT;
  }
  counters[COUNTER.size] = replaySize;
  return learner;
}

/** What the update costs without positions, ends of walks and a seed that can be kept. */
function plainReplay({ ring }: Learner, values: Float64Array, updates: number): void {
  const { states, actions, rewards, nextStates } = ring;
  const size = states.length;
  let draws = 12_345;
  for (let i = 0; i < updates; i++) {
    draws ^= draws << 13;
    draws ^= draws >>> 17;
    draws ^= draws << 5;
    const place = Math.floor((draws >>> 0) * DRAW_SCALE * size);
    const next = nextStates[place]! * ACTION_COUNT;
    let best = values[next]!;
    for (let action = 1; action < ACTION_COUNT; action++)
      if (values[next + action]! > best) best = values[next + action]!;
    const at = states[place]! * ACTION_COUNT + actions[place]!;
    values[at]! += LEARNING_RATE * (rewards[place]! + DISCOUNT * best - values[at]!);
  }
}

function benchYear(): BenchRow[] {
  const candles = benchCandles(YEAR_BARS, 42, 'BTC/USDT:USDT', '1m');
  const random = seededRandom(42);
  const states = new Uint16Array(YEAR_BARS);
  // As the desk's bars have it: what is seen changes every quarter of an hour.
  for (let i = 0; i < YEAR_BARS; i++)
    states[i] = i % 15 === 0 ? Math.floor(random.next() * MARKET_STATE_COUNT) : states[i - 1]!;
  const settlements = Array.from({ length: 1_095 }, (_, i) => ({
    atMs: candles.openAtMs[0]! + (i + 1) * 8 * HOUR_MS + MINUTE_MS,
    rateFraction: 0.0001,
  }));
  const series = trainingSeries(candles, states, settlements, 0.0001);
  const stretches = stretchesOf(series, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
  const learner = createLearner({ states: STATE_COUNT, replaySize: 10_000, seed: 7 });
  const pass = () => {
    const walk = { series, met: new Uint8Array(series.stayCount), book: createBook() };
    for (const stretch of stretches) learnFrom(learner, walk, stretch, DEFAULT_Q_PARAMETERS, 0.2);
  };
  const [took = []] = timeTurnsMs([pass], ROUNDS.year, 1);
  const { median, p99 } = summarise(took);
  return [
    {
      ...{ name: 'q-learning: a pass over 525,600 one-minute bars', unit: 'ms', median, p99 },
      ...{ baseline: null, ratio: null },
    },
  ];
}
