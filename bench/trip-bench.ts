/**
 * From the pushed price that crosses a threshold to a book without entries: 20 of them rest on a venue 20 ms away, in a
 * process of its own. The guard's own watch and trips, over an embedded Postgres with the settings the product ships:
 * alone, and beside a whole Vigil at work in the same process while further entries are being sent.
 */

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#server/config.ts';
import { type OpenedDatabase, openVigilDatabase } from '#server/open-database.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { startVenueProcess } from '#tests/support/venue/venue-process.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { startBusyDesk } from './busy-desk.ts';
import { openTrips, type TripTiming } from './timed-trips.ts';

const WARM_UP = 10;
const TIMED = 200;
/** More than a machine gets through while all trips are timed. */
const MOST_CYCLES = 5_000;
const LEAST_BUSY = 50;

type OnProgress = (done: number, of: number) => void;

export async function benchTrips(onProgress: OnProgress): Promise<readonly BenchRow[]> {
  const trips = 2 * (WARM_UP + TIMED);
  const alone = await tripsAlone((done) => onProgress(done, trips));
  const busy = await tripsBeside((done) => onProgress(trips / 2 + done, trips));
  const all = (of: (timing: TripTiming) => number) => busy.reduce((sum, timing) => sum + of(timing), 0);
  return [
    ...timingRows('trip', alone),
    ...timingRows('trip, desk busy', busy),
    countRow(
      'trip, desk busy: entries that left between tick and halt',
      all(({ sent }) => sent),
    ),
    countRow(
      'trip, desk busy: entries the halts refused',
      all(({ refusedByHalt }) => refusedByHalt),
    ),
    countRow(
      'trip, desk busy: entries that left after a halt was told',
      all(({ lateMs }) => lateMs.length),
    ),
  ];
}

async function tripsAlone(onTrip: (done: number) => void): Promise<TripTiming[]> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const opened = await openVigilDatabase({ ...readConfig({}), homeDir }, SILENT_LOGGER);
  try {
    return await timeTrips(opened, { isSending: false, onTrip });
  } finally {
    await opened.close();
    rmSync(homeDir, { recursive: true, force: true });
  }
}

async function tripsBeside(onTrip: (done: number) => void): Promise<TripTiming[]> {
  const busy = await startBusyDesk(MOST_CYCLES);
  const timing = timeTrips(busy.opened, { isSending: true, onTrip });
  const { cycles, answers } = await timing.then(
    () => busy.stop(),
    () => busy.stop(),
  );
  const timings = await timing;
  if (Math.min(cycles, answers) < LEAST_BUSY)
    throw new Error(`only ${cycles} cycles ran and ${answers} requests were answered beside the trips`);
  return timings;
}

function timingRows(name: string, timings: readonly TripTiming[]): BenchRow[] {
  const row = (what: string, of: (timing: TripTiming) => number): BenchRow => ({
    ...{ name: `${name}: ${what}`, unit: 'ms', ...summarise(timings.map(of)) },
    ...{ baseline: null, ratio: null },
  });
  return [
    row('tick to the last cancel on the wire', ({ onWireMs }) => onWireMs),
    row('tick to the halt stored', ({ haltedMs }) => haltedMs),
    row('tick to all cancels acknowledged', ({ acknowledgedMs }) => acknowledgedMs),
  ];
}

/** A number over all timed trips. */
function countRow(name: string, count: number): BenchRow {
  return { name, unit: `in ${TIMED} trips`, median: count, p99: count, baseline: null, ratio: null };
}

/** The timed trips, without those before the compiler was warm. */
async function timeTrips(
  opened: OpenedDatabase,
  { isSending, onTrip }: { readonly isSending: boolean; readonly onTrip: (done: number) => void },
): Promise<TripTiming[]> {
  const venue = await startVenueProcess();
  try {
    const { timeTrip, close } = await openTrips(venue, opened, isSending);
    const timings: TripTiming[] = [];
    for (let trip = 0; trip < WARM_UP + TIMED; trip++) {
      timings.push(await timeTrip(trip));
      onTrip(trip + 1);
    }
    await close();
    return timings.slice(WARM_UP);
  } finally {
    await venue.close();
  }
}
