/** Cycles in a row whose models answer badly, audited one by one, and what has to hold of all of them. */
import { expect } from 'vitest';
import { seededRandom } from '#domain/ids.ts';
import type { CycleRecord } from '#domain/run.ts';
import { createHostileDesk, type HostileDesk, type Send } from './hostile-desk.ts';
import { breachesAtVenue, breachesIn } from './limits-audit.ts';
import { type CycleRunner, MARKET, openDesk, recordOfCycle, SYMBOLS } from './memory-cycles.ts';

const MINUTE_MS = 60_000;
const DAY_MS = Date.UTC(2025, 0, 1);

/**
 * Minutes of the generator's first day at which a desk begins, and after which it decides: entries, cycles that find
 * positions and orders of the ones before, and a market at `watch` after its crash.
 */
const SCENES: readonly (readonly [startMinute: number, ...afterMinutes: number[]])[] = [
  [150, 0, 60],
  [210, 0, 20, 60],
  [270, 0, 20],
  [360, 0],
  [1290, 0, 20],
  [1350, 0],
  [1380, 0, 60],
];

export interface HostileRun {
  readonly desk: HostileDesk;
  readonly records: readonly CycleRecord[];
  readonly breaches: readonly string[];
}

export async function runHostileReplies(
  run: CycleRunner,
  send: Send,
  { replies, seed }: { replies: number; seed: number },
): Promise<HostileRun> {
  const desk = createHostileDesk(seededRandom(seed), send);
  const instruments = new Map((await MARKET.instruments()).map((one) => [one.symbol, one]));
  const audited = { symbols: SYMBOLS, instruments };
  const records: CycleRecord[] = [];
  const breaches: string[] = [];
  for (let scene = 0; desk.decisions.length < replies; scene += 1) {
    const [startMinute, ...afterMinutes] = SCENES[scene % SCENES.length] ?? [150, 0];
    const startAtMs = DAY_MS + startMinute * MINUTE_MS;
    const { venue, clock, ...memory } = await openDesk(startAtMs);
    const deps = { ...memory.deps, agents: desk.agents };
    for (const minutes of afterMinutes) {
      clock.nowMs = startAtMs + minutes * MINUTE_MS;
      const runId = `run-${scene}-${minutes}`;
      const record = await recordOfCycle(run, { ...memory, venue, clock }, runId, deps);
      records.push(record);
      const [positions, orders, account] = await Promise.all([
        venue.positions(),
        venue.openOrders('everywhere'),
        venue.account(),
      ]);
      const held = breachesAtVenue({ positions, orders, account }, audited);
      breaches.push(...breachesIn(record, audited), ...held.map((breach) => `${runId}: ${breach}`));
    }
  }
  return { desk, records, breaches };
}

/** No order outside limits, no crashed cycle, and each failure counted once under its own reason. */
export function expectHarmless({ desk: { decisions, told }, records, breaches }: HostileRun): void {
  expect(breaches).toEqual([]);
  expect(records.filter(({ outcome }) => outcome === 'failed').map(({ reason }) => reason)).toEqual([]);
  expect(records.flatMap(({ nodes }) => nodes.filter(({ error }) => error !== null))).toEqual([]);
  const surprises = decisions.filter(({ kind, ended }) => ended !== kind.ending);
  expect(surprises.map(({ agent, kind, ended }) => `${agent}: ${kind.name} ended as ${ended}`)).toEqual([]);
  expect(entriesWithoutModel(decisions, records)).toEqual([]);
  // The same sum three times over: the bad replies, what the records count, and what the metric was told.
  const bad = tally(decisions.map(({ kind }) => kind.ending).filter((ending) => ending !== 'used'));
  const recorded = records.flatMap(({ llm }) =>
    Object.entries(llm.abstentions).flatMap(([reason, count]) => Array.from({ length: count }, () => reason)),
  );
  expect(tally(recorded)).toEqual(bad);
  expect(tally([...told].flatMap(([reason, count]) => Array.from({ length: count }, () => reason)))).toEqual(
    bad,
  );
  expect(records.some(({ outcome }) => outcome === 'traded')).toBe(true);
}

/** While the model is away nothing new is risked. */
const AWAY: readonly string[] = [
  ...['no_model', 'rate_limited', 'timed_out', 'unreachable', 'provider_failed', 'completion_unreadable'],
];

function entriesWithoutModel(decisions: HostileDesk['decisions'], records: readonly CycleRecord[]): string[] {
  const away = new Set(decisions.filter(({ ended }) => AWAY.includes(ended)).map(({ runId }) => runId));
  return records
    .filter(
      ({ runId, intents }) => away.has(runId) && intents.some(({ request }) => request.purpose === 'entry'),
    )
    .map(({ runId }) => runId);
}

export function hostileReport({ desk: { decisions }, records }: HostileRun): string {
  const line = (title: string, names: readonly string[]) => {
    const counts = Object.entries(tally(names)).sort(([, left], [, right]) => right - left);
    return `${title}: ${counts.map(([name, count]) => `${name} ${count}`).join(' · ')}\n`;
  };
  const entries = records.flatMap(({ intents }) =>
    intents.filter(({ request }) => request.purpose === 'entry'),
  );
  return [
    `${decisions.length} replies in ${records.length} cycles, ${entries.length} entries sent\n`,
    line(
      'agents',
      decisions.map(({ agent }) => agent),
    ),
    line(
      'ended as',
      decisions.map(({ ended }) => ended),
    ),
    line(
      'cycles',
      records.map(({ outcome }) => outcome),
    ),
  ].join('');
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
