/** From a decision that was handed over to the entry's stored answer, on a venue 20 ms away in a process of its own. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#server/config.ts';
import { type OpenedDatabase, openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { type RemoteVenue, startVenueProcess } from '#tests/support/venue/venue-process.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { createVenueDesk } from './venue-desk.ts';
import {
  createRoundTripTimer,
  roundTripsOf,
  type SentRequest,
  type WireCall,
  wireCallsOf,
} from './venue-wire.ts';

const LATENCY_MS = 20;
const WARM_UP = 40;
const TIMED = 200;

export interface OrderBench {
  readonly rows: readonly BenchRow[];
  /** The round trips most orders waited for, one after the other; calls side by side share one. */
  readonly roundTrips: readonly (readonly string[])[];
  /** How many of the timed orders did so. */
  readonly alike: number;
  readonly timed: number;
}

interface OrderTiming {
  readonly tookMs: number;
  readonly bareTripMs: number;
  /** The look before an order as the order before it asked for it, sent again with nothing of ours around it. */
  readonly bareLookMs: number;
  readonly roundTrips: readonly (readonly string[])[];
}

type OnProgress = (done: number, of: number) => void;

export async function benchOrders(onProgress: OnProgress): Promise<OrderBench> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const opened = await openVigilDatabase({ ...readConfig({}), homeDir }, SILENT_LOGGER);
  // Both clocks are moved on by hand, ccxt's own is not.
  const venue = await startVenueProcess({ settings: { checksTimestamps: false } });
  try {
    return resultOf(await timeOrders(venue, opened, onProgress));
  } finally {
    await venue.close();
    await opened.close();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

async function timeOrders(
  venue: RemoteVenue,
  opened: OpenedDatabase,
  onProgress: OnProgress,
): Promise<OrderTiming[]> {
  const desk = await createVenueDesk(venue, opened);
  const bareTrip = createRoundTripTimer(venue.baseUrl);
  const timings: OrderTiming[] = [];
  let look: readonly SentRequest[] | undefined;
  for (let order = 0; order < WARM_UP + TIMED; order++) {
    await venue.addFault({ times: null, effect: { kind: 'latency', ms: LATENCY_MS } });
    const bareTripMs = await bareTrip.timeMs();
    const bareLookMs = await bareTrip.timeMs(look);
    let acknowledgedAtMs = Number.NaN;
    const startedAtMs = performance.now();
    const calls = await wireCallsOf(venue.baseUrl, () =>
      desk.open(`order-${order}`, () => {
        acknowledgedAtMs = performance.now();
      }),
    );
    await venue.clearFaults();
    await desk.settle();
    const trips = roundTripsOf(calls.filter(({ beganAtMs }) => beganAtMs < acknowledgedAtMs));
    look = trips.find(isLook)?.map(({ sent }) => sent);
    const roundTrips = trips.map((trip) => trip.map(({ name }) => name).sort());
    timings.push({ tookMs: acknowledgedAtMs - startedAtMs, bareTripMs, bareLookMs, roundTrips });
    onProgress(order + 1, WARM_UP + TIMED);
  }
  bareTrip.close();
  await desk.close();
  return timings.slice(WARM_UP);
}

function isLook(trip: readonly WireCall[]): boolean {
  return trip.every(({ name }) => name.startsWith('GET '));
}

/**
 * The wire's share is what its round trips cost with nothing of ours around them: of a look, the same requests side by
 * side, and of an order, an empty one. All the rest counts as ours.
 */
function resultOf(timings: readonly OrderTiming[]): OrderBench {
  const bareTrips = timings.map(({ bareTripMs }) => bareTripMs);
  const bareTripMs = summarise(bareTrips).median;
  const bareLookMs = summarise(timings.map((timing) => timing.bareLookMs)).median;
  const tripMs = (names: readonly string[]) =>
    names.every((name) => name.startsWith('GET ')) ? bareLookMs : bareTripMs;
  const wireMs = ({ roundTrips }: OrderTiming) => roundTrips.reduce((sum, names) => sum + tripMs(names), 0);
  const row = (name: string, samples: readonly number[]): BenchRow => ({
    ...{ name, unit: 'ms', ...summarise(samples) },
    ...{ baseline: null, ratio: null },
  });
  const shapes = timings.map(({ roundTrips }) => JSON.stringify(roundTrips));
  const countOf = (shape: string) => shapes.filter((other) => other === shape).length;
  const [commonest = '[]'] = [...new Set(shapes)].sort((left, right) => countOf(right) - countOf(left));
  return {
    rows: [
      row(
        'order: decision to acknowledged',
        timings.map(({ tookMs }) => tookMs),
      ),
      row('order: the wire', timings.map(wireMs)),
      row(
        'order: our own share',
        timings.map((timing) => timing.tookMs - wireMs(timing)),
      ),
      row('one bare round trip to the venue', bareTrips),
      row(
        'the look before an order, bare',
        timings.map((timing) => timing.bareLookMs),
      ),
    ],
    roundTrips: JSON.parse(commonest),
    alike: countOf(commonest),
    timed: timings.length,
  };
}
