/**
 * Tabular Q-learning with experience replay. Everything that is learned stands in typed arrays, so that a training can be
 * kept as bytes in the middle and goes on from them as if nothing had been. Draws come from a seed; the loops allocate
 * nothing.
 * @see R. S. Sutton, A. G. Barto, Reinforcement Learning (2018), 6.5; L.-J. Lin, Self-improving reactive agents (1992).
 */
import type { QTableParameters } from '#domain/q-table.ts';
import { ACTION_COUNT, CLOSE, HOLD, LONG, SHORT } from './actions.ts';
import { POSITION_SIDES } from './encode-state.ts';
import { BOOK, type RewardTerms, stepBook } from './position-book.ts';
import type { Stretch, TrainingSeries } from './training-series.ts';

const SIDES = POSITION_SIDES.length;

/** Experiences by place; the newest takes the place of the oldest. */
export interface ReplayRing {
  readonly states: Uint32Array;
  readonly actions: Uint8Array;
  readonly rewards: Float64Array;
  readonly nextStates: Uint32Array;
  /** What the next state's value counts for: 0 where the walk ended. */
  readonly discounts: Float64Array;
}

/** What is learned, and where the draws stand. */
export interface Learner {
  /** `states × 4`. */
  readonly values: Float64Array;
  /** Stays in which a state was met, each counted once however often it was walked. */
  readonly visits: Uint32Array;
  readonly ring: ReplayRing;
  /** Experiences in the ring, the place of the next one, and the state of the draws. */
  readonly counters: Uint32Array;
}

export const COUNTER = { size: 0, next: 1, draws: 2 } as const;

/** @throws RangeError unless there is a state for each position and room for an experience */
export function createLearner(options: {
  readonly states: number;
  readonly replaySize: number;
  readonly seed: number;
}): Learner {
  const { states, replaySize, seed } = options;
  if (!(Number.isInteger(states) && states > 0 && states % SIDES === 0))
    throw new RangeError(
      `createLearner: ${states} states are not a multiple of ${SIDES}, one for each position`,
    );
  if (!(Number.isInteger(replaySize) && replaySize > 0))
    throw new RangeError(`createLearner: a replay of ${replaySize} has no room for an experience`);
  return {
    values: new Float64Array(states * ACTION_COUNT),
    visits: new Uint32Array(states),
    ring: {
      states: new Uint32Array(replaySize),
      actions: new Uint8Array(replaySize),
      rewards: new Float64Array(replaySize),
      nextStates: new Uint32Array(replaySize),
      discounts: new Float64Array(replaySize),
    },
    // Xorshift stands still at 0.
    counters: Uint32Array.of(0, 0, Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1),
  };
}

/** Draws experiences from the ring and learns from each. O(count); allocates nothing. */
export function replay(learner: Learner, count: number, learningRate: number): void {
  const { values, ring, counters } = learner;
  const { states, actions, rewards, nextStates, discounts } = ring;
  const size = counters[COUNTER.size]!;
  let draws = counters[COUNTER.draws]! | 0;
  for (let i = 0; i < count; i++) {
    draws ^= draws << 13;
    draws ^= draws >>> 17;
    draws ^= draws << 5;
    const place = Math.floor((draws >>> 0) * DRAW_SCALE * size);
    const next = nextStates[place]!;
    const value = next * ACTION_COUNT;
    let best = values[value]!;
    if (next % SIDES === 0) {
      if (values[value + LONG]! > best) best = values[value + LONG]!;
      if (values[value + SHORT]! > best) best = values[value + SHORT]!;
    } else if (values[value + CLOSE]! > best) best = values[value + CLOSE]!;
    const at = states[place]! * ACTION_COUNT + actions[place]!;
    values[at]! += learningRate * (rewards[place]! + discounts[place]! * best - values[at]!);
  }
  counters[COUNTER.draws] = draws;
}
const DRAW_SCALE = 1 / 4_294_967_296;

export interface Walk {
  readonly series: TrainingSeries;
  /** By stay, a bit for each position in which it has been met. Kept over episodes. */
  readonly met: Uint8Array;
  readonly book: Float64Array;
}

type LearningTerms = RewardTerms & Pick<QTableParameters, 'learningRate' | 'discount' | 'replaysPerStep'>;

/**
 * Walks a stretch once and learns from each step: what is decided at a close is filled at the next bar's open. A position
 * that stands at the end is closed at the last bar's open. Gives the sum of rewards. O(bars × replays); allocates nothing.
 */
export function learnFrom(
  learner: Learner,
  { series, met, book }: Walk,
  { from, to }: Stretch,
  terms: LearningTerms,
  explorationFraction: number,
): number {
  const { values, visits, ring, counters } = learner;
  const { states: market, stays } = series;
  const { learningRate, discount, replaysPerStep } = terms;
  const explores = explorationFraction * 4_294_967_296;
  const last = to - 2;
  let rewards = 0;
  for (let i = from; i <= last; i++) {
    const side = book[BOOK.side]!;
    const state = market[i]! * SIDES + side;
    const bit = 1 << side;
    const stay = stays[i]!;
    if ((met[stay]! & bit) === 0) {
      met[stay]! |= bit;
      visits[state]! += 1;
    }
    let action = i === last ? (side === 0 ? HOLD : CLOSE) : greedy(values, state, side);
    if (i < last && draw(counters) < explores) action = drawAction(draw(counters), side);
    const reward = stepBook(book, action, series, i + 1, terms);
    rewards += reward;
    const place = counters[COUNTER.next]!;
    ring.states[place] = state;
    ring.actions[place] = action;
    ring.rewards[place] = reward;
    ring.nextStates[place] = i === last ? state : market[i + 1]! * SIDES + book[BOOK.side]!;
    ring.discounts[place] = i === last ? 0 : discount;
    const capacity = ring.states.length;
    counters[COUNTER.next] = place + 1 === capacity ? 0 : place + 1;
    if (counters[COUNTER.size]! < capacity) counters[COUNTER.size]! += 1;
    learnAt(learner, place, learningRate);
    if (replaysPerStep > 0) replay(learner, replaysPerStep, learningRate);
  }
  return rewards;
}

/** The newest experience is learned from at once, not only when it is drawn. */
function learnAt({ values, ring }: Learner, place: number, learningRate: number): void {
  const next = ring.nextStates[place]!;
  const best = values[next * ACTION_COUNT + greedy(values, next, next % SIDES)]!;
  const at = ring.states[place]! * ACTION_COUNT + ring.actions[place]!;
  values[at]! += learningRate * (ring.rewards[place]! + ring.discounts[place]! * best - values[at]!);
}

/** `bestAllowed` without a list, for the loops. */
function greedy(values: Float64Array, state: number, side: number): number {
  const at = state * ACTION_COUNT;
  let best = HOLD;
  if (side === 0) {
    if (values[at + LONG]! > values[at + best]!) best = LONG;
    if (values[at + SHORT]! > values[at + best]!) best = SHORT;
  } else if (values[at + CLOSE]! > values[at + best]!) best = CLOSE;
  return best;
}

function drawAction(drawn: number, side: number): number {
  if (side === 0) return drawn % 3 === 0 ? HOLD : drawn % 3 === 1 ? LONG : SHORT;
  return drawn % 2 === 0 ? HOLD : CLOSE;
}

/** A whole number from 0 to 2³² − 1. */
function draw(counters: Uint32Array): number {
  let drawn = counters[COUNTER.draws]! | 0;
  drawn ^= drawn << 13;
  drawn ^= drawn >>> 17;
  drawn ^= drawn << 5;
  counters[COUNTER.draws] = drawn;
  return drawn >>> 0;
}
