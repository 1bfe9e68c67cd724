/** `npm run bench -- [--only NAME] [--json] [--save]`: how long our work takes, as ratios within one run. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type BenchRun, benchDocument, GOALS, roundTripsText } from './bench-document.ts';
import { type BenchRow, benchTable } from './bench-row.ts';
import { benchCycles } from './cycle-bench.ts';
import { benchIndicators } from './indicators.ts';
import { benchOrders } from './order-bench.ts';
import { benchSpikes } from './spike-bench.ts';
import { benchTrips } from './trip-bench.ts';

const BENCHES = ['order', 'trip', 'cycle', 'spikes', 'indicators'] as const;
type BenchName = (typeof BENCHES)[number];

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean' }, save: { type: 'boolean' } },
});

try {
  const run = await runBenches(chosenBenches(values.only));
  if (values.save) save(run);
  if (values.json) console.log(JSON.stringify({ results: run.results }, null, 2));
  else show(run);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

function chosenBenches(only: string | undefined): readonly BenchName[] {
  if (only === undefined) return BENCHES;
  const chosen = BENCHES.find((name) => name === only);
  if (chosen === undefined) throw new Error(`--only ${only} is no bench: choose ${BENCHES.join(', ')}`);
  if (values.save) throw new Error('--save keeps whole runs: leave --only out');
  return [chosen];
}

async function runBenches(names: readonly BenchName[]): Promise<BenchRun> {
  const loadBefore = loadavg();
  const results: BenchRow[] = [];
  let orders: BenchRun['orders'] = null;
  let cycles: BenchRun['cycles'] = null;
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
  if (names.includes('spikes')) results.push(...(await benchSpikes()));
  if (names.includes('indicators')) results.push(...benchIndicators());
  return { measuredAtMs: Date.now(), loadBefore, loadAfter: loadavg(), orders, cycles, results };
}

function showProgress(what: string, done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${what} ${done} of ${of}${done === of ? '\n' : ''}`);
}

function save(run: BenchRun): void {
  writeFileSync('bench/results.json', `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync('docs/bench.md', benchDocument(run));
}

function show({ results, orders, cycles, loadBefore, loadAfter }: BenchRun): void {
  console.log(benchTable(results));
  for (const { name, limit, at } of GOALS) {
    const found = results.find((row) => row.name === name);
    if (found === undefined) continue;
    const verdict = found[at] < limit ? 'met' : 'missed';
    console.log(`goal ${verdict}: ${name} under ${limit} ${found.unit}, ${at} ${found[at].toFixed(1)}`);
  }
  for (const line of roundTripsText(orders)) console.log(line);
  if (cycles !== null) console.log(`outcomes of the timed cycles: ${JSON.stringify(cycles.outcomes)}`);
  console.log(`load average before ${loadBefore[0]?.toFixed(1)}, after ${loadAfter[0]?.toFixed(1)}`);
}
