/** What pages are told beyond what readiness asks: each check finds a state and never throws. */
import type { VitalSigns } from '#db/repositories/vital-signs.ts';
import { toAppError } from '#domain/errors.ts';
import type { EpochMs } from '#domain/time.ts';
import { HOUR_MS, isoTime } from '#domain/time.ts';
import type { StreamHealth } from '#exchanges/ports/market-data.ts';
import { storedPromptSet } from '#prompts/prompt-source.ts';
import { PROMPT_NAMES } from '#prompts/prompt-variables.ts';
import type { DependencyHealth } from '../api-deps.ts';
import type { Container } from '../container.ts';
import { lacksProduction } from '../prompts/lacks-production.ts';
import type { BeatingRole } from '../roles.ts';
import { BEAT_LIMIT_MS, lastBeatAtMs } from '../telemetry/role-beat.ts';

/** The guard reads an account every second; a slow venue may hold it up. */
const VENUE_READ_WITHIN_MS = 30_000;
const CLOCKS_APART_MS = 2_000;

type Parts = Pick<Container, 'config' | 'rows' | 'source' | 'marketClock' | 'defaultDeskId'>;
type Found = Pick<DependencyHealth, 'status' | 'detail'>;

export async function deskChecks(container: Parts, nowMs: EpochMs): Promise<DependencyHealth[]> {
  const { source, rows, config } = container;
  const signs = rows.vitalSigns.read(`guard:${source.key}`);
  signs.catch(() => {});
  const found = await Promise.all([
    look('prices', async () => pricesOf(source.market.stream?.health(), nowMs, source.live)),
    look('venue', () => venueRead(container)),
    look('guard', async () => guardOf(await signs, await beatOf(config.homeDir, 'guard', nowMs))),
    look('worker', async () => workerOf(await beatOf(config.homeDir, 'worker', nowMs))),
    look('clock', async () => clocksApart((await signs).nowMs - nowMs)),
    look('prompts', () => promptsOf(container, nowMs)),
    look('watches', () => watchesOf(container, nowMs)),
  ]);
  return found;
}

async function look(name: string, check: () => Promise<Found>): Promise<DependencyHealth> {
  try {
    return { name, required: false, ...(await check()) };
  } catch (thrown) {
    const { message } = toAppError(thrown);
    return { name, required: false, status: 'down', detail: `cannot be looked at: ${message}` };
  }
}

export function pricesOf(stream: StreamHealth | undefined, nowMs: EpochMs, isLive: boolean): Found {
  if (stream === undefined)
    return {
      status: 'up',
      detail: isLive ? 'asked by REST at each look' : 'of the market’s own time, with each candle',
    };
  const { state, lastPriceAtMs, ignored } = stream;
  const age = lastPriceAtMs === null ? 'no price yet' : `the newest is ${seconds(nowMs - lastPriceAtMs)} old`;
  const strange = ignored === 0 ? '' : `, ${ignored} that could not be true were ignored`;
  if (state === 'idle') return { status: 'up', detail: `nobody listens now; asked by REST${strange}` };
  if (state === 'streaming') return { status: 'up', detail: `pushed by the venue, ${age}${strange}` };
  return { status: 'degraded', detail: `the venue’s stream is ${state}: asked by REST, ${age}${strange}` };
}

async function venueRead({ rows, defaultDeskId, marketClock, config }: Parts): Promise<Found> {
  const account = await rows.orders.account(defaultDeskId);
  const venue = config.mode === 'live' ? 'the venue’s account' : 'the paper account';
  if (account === null) return { status: 'degraded', detail: `${venue} was not read yet` };
  const ageMs = Math.max(0, (marketClock.nowMs() - account.asOfMs) / marketClock.speed);
  const detail = `${venue} was read ${seconds(ageMs)} ago`;
  if (marketClock.isFinished()) return { status: 'up', detail: `${venue} was read when the market ended` };
  return { status: ageMs <= VENUE_READ_WITHIN_MS ? 'up' : 'down', detail };
}

interface Beat {
  readonly ageMs: number | null;
}

async function beatOf(homeDir: string, role: BeatingRole, nowMs: EpochMs): Promise<Beat> {
  const atMs = await lastBeatAtMs(homeDir, role);
  return { ageMs: atMs === null ? null : Math.max(0, nowMs - atMs) };
}

export function guardOf({ isHeld }: Pick<VitalSigns, 'isHeld'>, { ageMs }: Beat): Found {
  const leads = isHeld ? 'one process leads' : 'no process leads';
  if (ageMs === null)
    return { status: isHeld ? 'up' : 'down', detail: `${leads}; none keeps its beat in this folder` };
  const detail = `${leads}; the guard of this folder last turned ${seconds(ageMs)} ago`;
  if (!isHeld) return { status: 'down', detail };
  return { status: ageMs <= BEAT_LIMIT_MS ? 'up' : 'degraded', detail };
}

export function workerOf({ ageMs }: Beat): Found {
  if (ageMs === null)
    return {
      status: 'degraded',
      detail: 'none keeps its beat in this folder; those of other hosts are not seen here',
    };
  const detail = `the worker of this folder last turned ${seconds(ageMs)} ago`;
  return { status: ageMs <= BEAT_LIMIT_MS ? 'up' : 'down', detail };
}

export function clocksApart(apartMs: number): Found {
  const detail = `${Math.abs(Math.round(apartMs))} ms ${apartMs < 0 ? 'before' : 'behind'} the database’s`;
  return { status: Math.abs(apartMs) <= CLOCKS_APART_MS ? 'up' : 'degraded', detail };
}

/** @throws AppError `prompt_invalid` */
async function promptsOf({ rows }: Parts, nowMs: EpochMs): Promise<Found> {
  const set = await rows.prompts.resolveSet('production', nowMs);
  const missing = PROMPT_NAMES.filter((name) => set.prompts[name] === undefined);
  if (missing.length > 0) throw lacksProduction(missing);
  storedPromptSet(set.promptSetId, set.prompts);
  const versions = Object.entries(set.prompts).map(([name, { version }]) => `${name} ${version}`);
  return { status: 'up', detail: `production is ${versions.join(', ')}` };
}

async function watchesOf({ source, rows }: Parts, nowMs: EpochMs): Promise<Found> {
  const [pegs = [], spikes] = await Promise.all([
    source.market.watchOnly?.(),
    rows.spikes.toldSince(nowMs - HOUR_MS),
  ]);
  const pegged = pegs.length === 0 ? 'this market has no pegged pair to watch' : `pegs by ${pegs.join(', ')}`;
  const last = spikes.at(-1);
  const told =
    last === undefined
      ? 'no spike told in the last hour'
      : `${spikes.length} spikes told in the last hour, the last of ${last.symbol} at market ${isoTime(last.atMs)}`;
  return { status: 'up', detail: `${pegged}; ${told}` };
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 1_000))} s`;
}
