/** What `--save` keeps: the last run as a page a person reads. */
import { cpus } from 'node:os';
import type { BenchRow } from './bench-row.ts';
import type { ModelWeek } from './model-week.ts';
import type { OrderBench } from './order-bench.ts';

export interface BenchRun {
  readonly measuredAtMs: number;
  readonly loadBefore: readonly number[];
  readonly loadAfter: readonly number[];
  readonly orders: Omit<OrderBench, 'rows'> | null;
  readonly cycles: {
    readonly outcomes: Readonly<Record<string, number>>;
    readonly subjectsMean: number;
  } | null;
  readonly week: Omit<ModelWeek, 'rows'> | null;
  readonly results: readonly BenchRow[];
}

type GoalFigure = 'median' | 'p95' | 'p99' | 'ratio';

/** What to stay under, by the name of the row. */
export const GOALS: readonly {
  readonly name: string;
  readonly limit: number;
  readonly at: GoalFigure;
}[] = [
  { name: 'order: our own share', limit: 10, at: 'median' },
  { name: 'trip: tick to the last cancel on the wire', limit: 100, at: 'p99' },
  { name: 'trip: tick to the halt stored', limit: 100, at: 'p99' },
  { name: 'trip: tick to all cancels acknowledged', limit: 1_000, at: 'p99' },
  { name: 'trip, desk busy: tick to the last cancel on the wire', limit: 100, at: 'p99' },
  { name: 'trip, desk busy: tick to the halt stored', limit: 100, at: 'p99' },
  { name: 'trip, desk busy: entries that left after a halt was told', limit: 1, at: 'p99' },
  { name: 'indicators node', limit: 15, at: 'median' },
  { name: 'cycle without the graph', limit: 40, at: 'median' },
  { name: 'cycle, LangGraph, Postgres', limit: 150, at: 'median' },
  { name: 'memory of the desk on Postgres', limit: 400, at: 'median' },
  { name: 'cycle with a model, 8 subjects: wall over its four calls', limit: 1.15, at: 'median' },
  { name: 'recorded week: calls, share of asking all about all', limit: 0.05, at: 'median' },
  { name: 'recorded week: tokens, share of asking all about all', limit: 0.05, at: 'median' },
  // 50,000 ticks a second.
  { name: 'spikes: 1000 ticks × 4 timeframes', limit: 20, at: 'median' },
  { name: 'spikes: tick sent to judged, desk busy', limit: 50, at: 'p99' },
  { name: 'spikes: tick sent to signal, desk busy', limit: 50, at: 'p99' },
  // 12 million bars a second.
  { name: 'strategy: SMA 20/50, 525,600 one-minute bars', limit: 43.8, at: 'median' },
  { name: 'strategy: SMA 20/50, 525,600 one-minute bars, against C', limit: 15, at: 'ratio' },
  { name: 'strategy: memory of 1 symbol-year', limit: 250, at: 'median' },
  { name: 'strategy: memory of 10 symbol-years', limit: 1_000, at: 'median' },
  // A million bars a second.
  { name: 'desk by columns: a year of minutes, a cycle at each close', limit: 1, at: 'median' },
  { name: 'desk by columns: the same, where nothing may open', limit: 1, at: 'median' },
  // 1.7 times as much with two.
  { name: 'desk by columns: two processes at once, over one alone', limit: 1.176, at: 'median' },
  { name: 'desk by columns: memory of a symbol-year', limit: 250, at: 'median' },
  { name: 'backtest --fast: process start to report of a symbol-year', limit: 2_000, at: 'median' },
  { name: 'api: list of runs, filters mixed', limit: 150, at: 'p95' },
  { name: 'api: list of runs, deep pages', limit: 150, at: 'p95' },
  { name: 'api: one run', limit: 200, at: 'p95' },
  { name: 'api: search, a common word', limit: 500, at: 'p95' },
  { name: 'api: search, a rare word', limit: 500, at: 'p95' },
  { name: 'api: search, two words', limit: 500, at: 'p95' },
  { name: 'api: search, a word of long ago', limit: 500, at: 'p95' },
  { name: 'api: search, a word nobody used', limit: 500, at: 'p95' },
  { name: 'api: search, all of these mixed', limit: 500, at: 'p95' },
  { name: 'page: run of 20 MB, to the answer to a key', limit: 2_000, at: 'p95' },
  { name: 'page: the list of runs', limit: 2_000, at: 'p95' },
  { name: 'page: a search for long ago', limit: 2_000, at: 'p95' },
  { name: 'page: one run', limit: 2_000, at: 'p95' },
];

export function benchDocument(run: BenchRun): string {
  const goals = run.results.flatMap((row) => {
    const goal = GOALS.find(({ name }) => name === row.name);
    return goal === undefined
      ? []
      : [
          `| ${row.name} | ${goal.at} < ${goal.limit} ${goalUnit(row, goal.at)} | ${figure(row[goal.at] ?? Number.NaN)} |`,
        ];
  });
  const rows = run.results.map(
    ({ name, unit, median, p99, ratio, baseline }) =>
      `| ${name} | ${figure(median)} ${unit} | ${figure(p99)} ${unit} | ${ratio === null ? '' : `${figure(ratio)} × ${baseline}`} |`,
  );
  const [loadBefore, loadAfter] = [run.loadBefore, run.loadAfter].map((load) => figure(load[0] ?? 0));
  const outcomes = Object.entries(run.cycles?.outcomes ?? {}).map(
    ([outcome, count]) => `${count} ${outcome}`,
  );
  return `${HEAD}
## Goals

| what | goal | measured |
|---|---|---|
${goals.join('\n')}

## All rows

| what | median | p99 | ratio |
|---|---|---|---|
${rows.join('\n')}

${roundTripsText(run.orders).join('\n')}

Timed cycles of the desk on Postgres: ${outcomes.join(', ')}; ${figure(run.cycles?.subjectsMean ?? 0)} subjects on average.
${run.week === null ? '' : weekText(run.week)}
Node ${process.version}, ${cpus().length} cores, load average ${loadBefore} before and ${loadAfter} after, ${new Date(run.measuredAtMs).toISOString().slice(0, 10)}.
`;
}

function goalUnit({ unit }: BenchRow, at: GoalFigure): string {
  return at === 'ratio' ? '×' : unit;
}

/** Of the goals whose rows were measured, whether each was met, a line for each. */
export function goalLines(results: readonly BenchRow[]): string[] {
  return GOALS.flatMap(({ name, limit, at }) => {
    const found = results.find((row) => row.name === name);
    if (found === undefined) return [];
    const reached = found[at] ?? Number.NaN;
    const verdict = reached < limit ? 'met' : 'missed';
    const of = limit < 5 ? 3 : 1;
    return [`goal ${verdict}: ${name} under ${limit} ${goalUnit(found, at)}, ${at} ${reached.toFixed(of)}`];
  });
}

/** Who was asked in the recorded week, in a sentence. */
export function weekText({ cycles, cyclesWithoutCall, callsByAgent }: Omit<ModelWeek, 'rows'>): string {
  const calls = Object.entries(callsByAgent).map(([agent, count]) => `${agent} ${count}`);
  return `Of the ${cycles} cycles of the recorded week ${cyclesWithoutCall} asked nobody; calls: ${calls.join(', ')}.`;
}

/** What an order waited for on the wire, a line for each round trip. */
export function roundTripsText(orders: BenchRun['orders']): string[] {
  if (orders === null) return [];
  return [
    `Round trips to the venue that ${orders.alike} of ${orders.timed} timed orders waited for, one after the other:`,
    '',
    ...orders.roundTrips.map((calls, index) => `${index + 1}. ${calls.join(', ')}`),
  ];
}

function figure(value: number): string {
  if (value !== 0 && value < 0.1) return value.toFixed(4);
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

const HEAD = `# Bench

Written by \`npm run bench -- --save\`; the numbers are also in \`bench/results.json\`. Machines differ by more than code
does, so read the ratios: everything is measured side by side in one run, taking turns cycle by cycle.
\`npm run --silent bench -- --json\` prints them as \`{ results: [{ name, unit, median, p99, baseline, ratio }] }\` alone on
stdout, some rows with a \`p95\` too, and on stderr which goals were met.

An order is timed from the hand-over of an approved decision to the moment its entry's answer is stored: the venue is read
and reconciled, balance and margin with it, the gate judges again, the intents are committed, the entry is sent. The venue
is the tests' own, in a process of its own, 20 ms away; ccxt signs and reads as it does on the real one; the database is an
embedded Postgres that waits for its disk. A position stands beside the traded one, and the guard has read the venue just
before. The stop and the target follow the entry and are not part of it.

- *order: decision to acknowledged*: all of it.
- *order: the wire*: the round trips waited for one after the other, each at the price of a bare one, measured in turns with
  the orders: of the look before an order, the very requests of the last one sent again side by side, their answers thrown
  away; of the order, an empty request.
- *order: our own share*: the first less the second; what the venue needs to take an order counts as ours.

A trip begins with the pushed price that crosses a threshold; 20 entries rest on the same venue, and its answers take 20 ms.

- *trip: …*: of the guard's watch and trips alone.
- *trip, desk busy: …*: with all of a Vigil at work in the same process: cycles of 50 symbols back to back over the same
  database, its own desk and guard, and the API, with four pages that follow the live events and 20 requests a second.
  Further entries are being sent one after the other, as a placement does; those a halt refused had been planned and not
  sent.

One cycle looks at 50 symbols × 4 timeframes (3m, 15m, 1h, 4h) × 500 candles, all agents by their rules. Each cycle sees
a market one 3m bar further on, validates every series anew, and goes on through scanner, context, gate and placement.

- *indicators node*: indicators on 200 series, spikes, regimes and points of 50 symbols.
- *cycle without the graph*: the same nodes called plainly, stores in memory, the paper venue's books in memory.
- *cycle, LangGraph, in memory*: the same under LangGraph, \`sync\` checkpoints into memory.
- *cycle, LangGraph, Postgres*: the run engine as the server wires it, in a process of its own, over an embedded Postgres
  with the settings the product ships: row of the run, \`sync\` checkpoints, spans, live events, intents, orders, books of
  the paper venue, record, deletion of the checkpoints. Its memory is that process's resident set.
- *cycle with a model, 8 subjects: …*: the same on Postgres in the bench's process, each cycle on a desk of its own that
  holds nothing, with a model in a process of its own that answers each question after 200 ms. Only cycles count in which
  the Scanner, eight Contexts side by side, Risk and Executor were asked; each is held against the slowest call of each
  agent, one after the other: *decided* from the run's row to the node that sends, *wall* to the end, with the entries sent
  one after the other and each protected, which on a real venue waits for the venue.
- *recorded week: …*: a week of recorded 5m candles of ten symbols (2026-01-05 to 2026-01-11), a cycle every five minutes,
  default limits, in memory. A question costs one call and is then decided by the rules. Against it: all five agents asked
  about every symbol in every cycle, each at its smallest prompt of the week. No cache of answers takes part.
- *spikes: 1000 ticks × 4 timeframes*: ticks of 50 symbols on 1m, 3m, 15m and 1h through the spike stream, bar ends among them;
  under 20 ms is over 50,000 ticks a second. Against it the price's baseline sorted anew at each tick.
- *spikes: one tick*: on one timeframe, each timed on its own; the timer's own cost is in it.
- *spikes: tick sent to judged, desk busy*: from another process over a socket, 10,000 ticks a second through the guard's
  watch, on four timeframes, while all of a Vigil is at work in the same process: cycles of 50 symbols back to back as
  *cycle, LangGraph, Postgres* has them, its own desk and guard, and the API over the same database, with four pages that
  follow the live events and 20 requests a second for runs, positions and state from the sender's process.
- *spikes: tick sent to signal, desk busy*: the same of the ticks that made a signal, told and handed to the database.
- *spikes: tick sent to an open page, desk busy*: until one of the pages hears of the signal, over the database.
- *q-learning: replay …*: experiences drawn from a ring of 10,000 and learned from, in millions a second, more is better;
  the ratio is of the time, against a loop that knows no positions, no ends of walks and no seed that can be kept.
- *q-learning: a pass …*: an episode over a symbol-year, every bar decided, filled, rewarded and replayed four times.
- *strategy: …*: a crossover of averages through the port of strategies, look-back, fills and fees of 0.05 % a side included;
  43.8 ms are 12 million bars a second. Ours, the plain loop and the C loop of \`../shared/bench\` (compiled beside them where
  there is a gcc, timed by itself) make the same 5,892 round trips and lose the same 220,310.44, or the bench fails. *Memory*
  is the most that a process held that made one symbol-year, or ten, and walked each; some 100 MB of it is Node and tsx.
- *desk by columns: …*: \`backtest --fast\` over a year of the same seeded minutes, the desk's points, a cycle at every close,
  one that loses armed again after a day, in a process of its own; columns are made within the time. As it trades hangs on how
  often it trades: an entry, its stops and its exit are the desk's own work and cost as much as thousands of bars that are
  passed over, which the second row is of. Against them the walk bar for bar of the first two days. *Two processes at once* is
  the time of the slower one over that of one alone. The command is run at its usual pace, the reading of its lines included.
- *api: …*: the API in a process of its own on a database with 100,000 runs, 1,000,000 spans and 180,000 model calls
  (\`npm run seed:runs\`), asked 50 times a second by the clock for 15 s a row, whatever the answers do; lists and searches
  of 50 runs, each with several mixes of filters. The word of long ago stands in the system prompts of the oldest third.
- *page: …*: a page of that database in Chromium, with nothing of it kept from before: from the asking until its rows are drawn.
- *page: run of 20 MB, …*: a run of 1,000 spans and 20 MB, one body of them of 2 MB, opened in a headless Chromium that has
  never seen the pages, from the API in a process of its own: from the navigation *to its first lines*, the tree of its
  spans, and on *to the answer to a key*, its log; then the *longest task* on the main thread *while scrolling* down all
  of the log, 0 where none took the 50 ms that a browser calls long.
- the rest: the hot set of indicators against plain loops and \`technicalindicators\`, over a cycle's candles and a million.
`;
