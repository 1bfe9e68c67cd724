/**
 * `npm run bench -- [--only NAME] [--json] [--save] [--home DIR | --database URL]`: how long our work takes, as ratios
 * within one run. `--json` prints the rows alone on stdout and what became of the goals on stderr.
 * `--only events [--minutes 10]` is no timing and runs by itself: many pages while their server is killed.
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchApi, type SeededDatabase } from './api-bench.ts';
import { type BenchRun, benchDocument, goalLines, roundTripsText, weekText } from './bench-document.ts';
import { type BenchRow, benchTable } from './bench-row.ts';
import { benchBigPage } from './big-page.ts';
import { benchCycles } from './cycle-bench.ts';
import { benchDesk } from './desk-bench.ts';
import { benchEvents, eventsText } from './event-bench.ts';
import { benchIndicators } from './indicators.ts';
import { benchModelWall } from './model-wall.ts';
import { benchModelWeek } from './model-week.ts';
import { benchOrders } from './order-bench.ts';
import { benchQLearning } from './q-learning.ts';
import { benchSpikes } from './spike-bench.ts';
import { benchStrategies } from './strategy-bench.ts';
import { benchTrips } from './trip-bench.ts';

const BENCHES = [
  'order',
  'trip',
  'cycle',
  'model',
  'spikes',
  'indicators',
  'q-learning',
  'strategy',
  'desk',
  'api',
  'page',
] as const;
type BenchName = (typeof BENCHES)[number];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
    /** Where the api rows find the database of `npm run seed:runs`; `database` names one that runs already. */
    home: { type: 'string', default: 'artifacts/seeded' },
    database: { type: 'string' },
    minutes: { type: 'string', default: '10' },
  },
});

try {
  if (values.only === 'events') await listen(Number(values.minutes));
  else await measure();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

async function listen(minutes: number): Promise<void> {
  const report = await benchEvents(minutes, (done, of) => showProgress('events', done, of));
  console.log(values.json ? JSON.stringify(report, null, 2) : eventsText(report));
}

async function measure(): Promise<void> {
  const run = await runBenches(chosenBenches(values.only));
  if (values.save) save(run);
  if (values.json) {
    console.log(JSON.stringify({ results: run.results }, null, 2));
    for (const line of goalLines(run.results)) console.error(line);
  } else show(run);
}

function chosenBenches(only: string | undefined): readonly BenchName[] {
  if (only === undefined) return BENCHES;
  const chosen = BENCHES.find((name) => name === only);
  if (chosen === undefined)
    throw new Error(`--only ${only} is no bench: choose ${BENCHES.join(', ')}, events`);
  if (values.save) throw new Error('--save keeps whole runs: leave --only out');
  return [chosen];
}

async function runBenches(names: readonly BenchName[]): Promise<BenchRun> {
  const loadBefore = loadavg();
  const results: BenchRow[] = [];
  let orders: BenchRun['orders'] = null;
  let cycles: BenchRun['cycles'] = null;
  let week: BenchRun['week'] = null;
  // First, while this process is small: a heap full of candles is not what an order waits for.
  if (names.includes('order')) {
    const { rows, ...told } = await benchOrders((done, of) => showProgress('order', done, of));
    results.push(...rows);
    orders = told;
  }
  if (names.includes('trip'))
    results.push(...(await benchTrips((done, of) => showProgress('trip', done, of))));
  if (names.includes('cycle')) {
    const { rows, ...told } = await benchCycles((done, of) => showProgress('cycle', done, of));
    results.push(...rows);
    cycles = told;
  }
  if (names.includes('model')) {
    results.push(...(await benchModelWall((done, of) => showProgress('model', done, of))));
    const counted = await benchModelWeek((done, of) => showProgress('week', done, of));
    if (counted === null)
      console.error('the recorded candles at ../shared/market are not there: no week is counted');
    else {
      const { rows, ...told } = counted;
      results.push(...rows);
      week = told;
    }
  }
  if (names.includes('spikes')) results.push(...(await benchSpikes()));
  if (names.includes('indicators')) results.push(...benchIndicators());
  if (names.includes('q-learning')) results.push(...benchQLearning());
  if (names.includes('strategy')) results.push(...(await benchStrategies()));
  if (names.includes('desk'))
    results.push(...(await benchDesk((done, of) => showProgress('desk', done, of))));
  if (names.includes('api'))
    results.push(...(await benchApi(seeded(), (done, of) => showProgress('api', done, of))));
  if (names.includes('page')) {
    const rows = await benchBigPage((done, of) => showProgress('page', done, of));
    if (rows === null) console.error('there is no browser: no page is timed; apt-get install chromium');
    else results.push(...rows);
  }
  return { measuredAtMs: Date.now(), loadBefore, loadAfter: loadavg(), orders, cycles, week, results };
}

function seeded(): SeededDatabase {
  return { homeDir: values.home, url: values.database ?? null };
}

function showProgress(what: string, done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done} of ${of}${done === of ? '\n' : ''}`);
}

function save(run: BenchRun): void {
  writeFileSync('bench/results.json', `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync('docs/bench.md', benchDocument(run));
}

function show({ results, orders, cycles, week, loadBefore, loadAfter }: BenchRun): void {
  console.log(benchTable(results));
  for (const line of goalLines(results)) console.log(line);
  for (const line of roundTripsText(orders)) console.log(line);
  if (cycles !== null) console.log(`outcomes of the timed cycles: ${JSON.stringify(cycles.outcomes)}`);
  if (week !== null) console.log(weekText(week));
  console.log(`load average before ${loadBefore[0]?.toFixed(1)}, after ${loadAfter[0]?.toFixed(1)}`);
}
