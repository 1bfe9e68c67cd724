/** What a UTC day has in store, decided before its minutes are drawn: phases of six hours and sudden surges. */
import type { RandomSource } from '#domain/ids.ts';
import { DAY_MS } from '#domain/time.ts';
import type { Crash } from './crash.ts';
import { between, randomFor } from './draws.ts';

export const MINUTES_PER_DAY = 1_440;
export const SESSION_MINUTES = 360;
const SESSIONS_PER_DAY = MINUTES_PER_DAY / SESSION_MINUTES;
/** A surge and what it gives back must fit into its day. */
const LATEST_SURGE_MINUTE = MINUTES_PER_DAY - 120;

export type Phase = 'calm' | 'trend' | 'spike' | 'crash';

export interface Session {
  readonly phase: Phase;
  /** Multiplies the minute volatility. */
  readonly volatility: number;
  readonly driftLogPerMinute: number;
}

/** A price that jumps within minutes on high volume and gives part of it back. */
export interface Surge {
  readonly atMinute: number;
  readonly riseMinutes: number;
  readonly jumpLog: number;
  readonly giveBackFraction: number;
  readonly giveBackMinutes: number;
  readonly volumePeak: number;
}

export interface DayPlan {
  readonly sessions: readonly Session[];
  readonly surges: readonly Surge[];
  /** Where drifts and surges leave the logarithm by the end of the day. */
  readonly netLog: number;
}

/** The whole market's plan. Each day holds a calm, a trending and a spiking phase, and one more, in drawn order. */
export function marketPlan(seed: number, day: number, crash: Crash): DayPlan {
  const random = randomFor(seed, 'plan', day);
  const phases = shuffled<Phase>(['calm', 'trend', 'spike', random.next() < 0.5 ? 'calm' : 'trend'], random);
  const sessions: Session[] = [];
  const surges: Surge[] = [];
  phases.forEach((drawn, index) => {
    const session = sessionOf(duringCrash(day, index, crash) ? 'crash' : drawn, random);
    sessions.push(session);
    if (session.phase !== 'spike') return;
    const count = random.next() < 0.5 ? 1 : 2;
    for (let i = 0; i < count; i++)
      surges.push(surgeWithin(index * SESSION_MINUTES, SESSION_MINUTES, { from: 0.012, to: 0.03 }, random));
  });
  return withNet(sessions, surges);
}

/** One symbol's own surges, on top of the market's. */
export function ownPlan(seed: number, symbol: string, day: number, ownVolatility: number): DayPlan {
  const random = randomFor(seed, 'own plan', symbol, day);
  const surges: Surge[] = [];
  if (random.next() < 0.35 * ownVolatility)
    surges.push(surgeWithin(0, MINUTES_PER_DAY, { from: 0.02, to: 0.05 }, random));
  return withNet([], surges);
}

function duringCrash(day: number, session: number, crash: Crash): boolean {
  const fromMs = day * DAY_MS + (session * DAY_MS) / SESSIONS_PER_DAY;
  return fromMs < crash.endsAtMs && fromMs + DAY_MS / SESSIONS_PER_DAY > crash.beginsAtMs;
}

function sessionOf(phase: Phase, random: RandomSource): Session {
  const drift = (between(random, 0.01, 0.032) * (random.next() < 0.5 ? -1 : 1)) / SESSION_MINUTES;
  const volatility = { calm: 0.55, trend: 0.9, spike: 1.2, crash: 1.8 }[phase];
  return { phase, volatility, driftLogPerMinute: phase === 'trend' ? drift : 0 };
}

function surgeWithin(
  fromMinute: number,
  minutes: number,
  size: { from: number; to: number },
  random: RandomSource,
): Surge {
  return {
    atMinute: Math.min(LATEST_SURGE_MINUTE, fromMinute + Math.floor(random.next() * minutes)),
    riseMinutes: 2 + Math.floor(random.next() * 5),
    jumpLog: between(random, size.from, size.to) * (random.next() < 0.5 ? -1 : 1),
    giveBackFraction: between(random, 0.3, 0.7),
    giveBackMinutes: 40 + Math.floor(random.next() * 60),
    volumePeak: between(random, 8, 20),
  };
}

function withNet(sessions: readonly Session[], surges: readonly Surge[]): DayPlan {
  let netLog = 0;
  for (const session of sessions) netLog += session.driftLogPerMinute * SESSION_MINUTES;
  for (const surge of surges) netLog += surge.jumpLog * (1 - surge.giveBackFraction);
  return { sessions, surges, netLog };
}

function shuffled<Item>(items: readonly Item[], random: RandomSource): Item[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
