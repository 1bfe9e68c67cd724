/** One run after the other, the same for the same seed: what it was, what it came to, and what was said in it. */
import { type RandomSource, seededRandom } from '#domain/ids.ts';
import type { CycleOutcome, RunKind, RunStatus } from '#domain/run.ts';
import { AGENTS, answerText, pick, questionText, SYMBOLS } from './said-text.ts';

export interface SeededCall {
  readonly agent: (typeof AGENTS)[number];
  readonly symbol: string | null;
  readonly question: string;
  readonly reply: string;
  readonly costUsd: number;
}

export interface SeededRun {
  readonly index: number;
  readonly runId: string;
  readonly desk: number;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly outcome: CycleOutcome | null;
  readonly reason: string;
  readonly question: string | null;
  readonly symbols: readonly string[];
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly abstained: readonly string[];
  readonly denials: readonly string[];
  readonly orders: number;
  readonly calls: readonly SeededCall[];
}

const LAST_START_MS = Date.UTC(2026, 9, 1);
const EVERY_MS = 60_000;
const DESKS = 3;
const DENIALS = [
  ...[
    'reward_under_minimum',
    'correlation_over_limit',
    'positions_over_limit',
    'stop_cooldown',
    'refused_by_risk',
  ],
  ...['funding_over_limit', 'too_illiquid', 'drawdown'],
];
const REASONS: Readonly<Record<CycleOutcome, readonly string[]>> = {
  held: ['nothing to decide', 'no proposal: points under the threshold', 'the subjects gave no proposal'],
  denied: ['the gate denied both proposals', 'the gate denied the only proposal'],
  traded: ['two orders were sent', 'one position was opened with its stop and target'],
  halted: ['trading is halted: the breaker tripped', 'trading is halted by a person'],
  failed: ['market data is stale: BTC/USDT:USDT', 'the venue did not answer'],
};

/** Oldest first. */
export function* seededRuns(count: number, seed: number): Generator<SeededRun> {
  const random = seededRandom(seed);
  for (let index = 0; index < count; index += 1) yield seededRun(random, index, count);
}

function seededRun(random: RandomSource, index: number, count: number): SeededRun {
  const kind = byShare<RunKind>(random, [
    ['cycle', 0.92],
    ['analysis', 0.05],
    ['fork', 0.02],
    ['shadow', 0.01],
  ]);
  const outcome = byShare<CycleOutcome | null>(random, [
    ...([
      ['held', 0.68],
      ['denied', 0.17],
      ['traded', 0.08],
      ['halted', 0.04],
      ['failed', 0.02],
    ] as const),
    [null, 0.01],
  ]);
  const isAbout =
    kind === 'analysis' ? [pick(random, SYMBOLS)] : SYMBOLS.slice(0, 6 + Math.floor(random.next() * 4));
  const calls = Array.from({ length: callCount(random, outcome) }, (_, call) =>
    seededCall(random, index, call, isAbout),
  );
  return {
    ...{ index, kind, outcome, symbols: isAbout, calls },
    runId: `seeded_${String(index).padStart(7, '0')}`,
    desk: index % DESKS,
    status:
      outcome === null ? pick(random, ['cancelled', 'lost']) : outcome === 'failed' ? 'failed' : 'finished',
    reason: outcome === null ? 'its process ended' : pick(random, REASONS[outcome]),
    question: kind === 'analysis' ? `Is ${isAbout[0]} worth a look while funding is high?` : null,
    startedAtMs: LAST_START_MS - (count - index) * EVERY_MS,
    durationMs: 300 + Math.floor(random.next() * 9_000),
    abstained: random.next() < 0.03 ? [pick(random, AGENTS)] : [],
    denials: outcome === 'denied' ? [...new Set([pick(random, DENIALS), pick(random, DENIALS)])].sort() : [],
    orders: outcome === 'traded' ? 3 : 0,
  };
}

/** Two of a run on average. */
function callCount(random: RandomSource, outcome: CycleOutcome | null): number {
  if (outcome === 'halted' || outcome === 'failed') return 0;
  return outcome === 'held' ? Math.floor(random.next() * 4) : 2 + Math.floor(random.next() * 3);
}

function seededCall(random: RandomSource, run: number, call: number, symbols: readonly string[]): SeededCall {
  // The Guardian is asked seldom, as on a desk.
  const agent =
    random.next() < 0.02
      ? 'guardian'
      : (['scanner', 'context', 'context', 'risk', 'executor'] as const)[call % 5];
  const about = symbols[call % symbols.length] ?? 'BTC/USDT:USDT';
  return {
    agent: agent ?? 'context',
    symbol: agent === 'context' ? about : null,
    question: questionText(random, about, run),
    reply: answerText(random, about, run),
    costUsd: Number((0.0005 + random.next() ** 6 * 0.4).toFixed(6)),
  };
}

function byShare<Choice>(random: RandomSource, shares: readonly (readonly [Choice, number])[]): Choice {
  let left = random.next();
  for (const [choice, share] of shares) {
    left -= share;
    if (left < 0) return choice;
  }
  return (shares[0] as readonly [Choice, number])[0];
}
