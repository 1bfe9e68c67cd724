/** What people ask of a desk's long past: lists, searches and single runs, fifty requests a second; and its pages. */
import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '#db/client.ts';
import { readConfig } from '#server/config.ts';
import { openDatabaseServer } from '#server/open-tables.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { buildWebOnce } from '#tests/browser/build-web.ts';
import { PLANTED } from '../scripts/seed/said-text.ts';
import { type BenchRow, summarise } from './bench-row.ts';
import { benchShownPages } from './shown-pages.ts';

const PER_SECOND = 50;
const SECONDS = 15;
const RUNS_NEEDED = 50_000;
const SHOWN_RUN = `seeded_${String(RUNS_NEEDED - 1).padStart(7, '0')}`;
/** Requests of one address are limited; so many people, each at an address of this machine. */
const PEOPLE = 8;
/** Shorter than the server lets a connection idle, so that none is cut while it is taken up again. */
const IDLE_MS = 2_000;
/** Where deep pages begin: this many pages of 50 down the list. */
const DEEP_PAGES = [20, 200, 1_000] as const;

interface Kind {
  readonly name: string;
  readonly paths: readonly string[];
}

export interface SeededDatabase {
  /** Where `npm run seed:runs` made it. */
  readonly homeDir: string;
  /** Of one that runs elsewhere; null for the one in `homeDir`. */
  readonly url: string | null;
}

export async function benchApi(
  { homeDir, url: databaseUrl }: SeededDatabase,
  showProgress: (done: number, of: number) => void,
): Promise<BenchRow[]> {
  const config = readConfig({
    VIGIL_HOME: homeDir,
    ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }),
  });
  const server = await openDatabaseServer(config, SILENT_LOGGER);
  const api = fork(fileURLToPath(import.meta.resolve('./api-child.ts')), [
    server.url,
    homeDir,
    await buildWebOnce(),
  ]);
  try {
    const kinds = await kindsOf(server.url, homeDir);
    const url = await new Promise<string>((resolve, reject) => {
      api.once('message', (message) => resolve(String(message)));
      api.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
    });
    const rows: BenchRow[] = [];
    for (const [place, { name, paths }] of kinds.entries()) {
      for (const path of paths) await timedMs(url, path, 0);
      rows.push(rowOf(name, await loaded(url, paths)));
      showProgress(place + 1, kinds.length);
    }
    rows.push(...(await benchShownPages(url, SHOWN_RUN)));
    return rows;
  } finally {
    const ended = new Promise((resolve) => api.once('exit', resolve));
    if (api.connected) api.disconnect();
    await ended;
    await server.stop();
  }
}

/** @throws Error when the database does not hold what a season leaves */
async function kindsOf(databaseUrl: string, homeDir: string): Promise<Kind[]> {
  const database = await openDatabase({ url: databaseUrl });
  try {
    const [found] = await database.sql<{ runs: number }[]>`
      select count(*)::int as runs from runs where run_id like 'seeded\\_%'`;
    if ((found?.runs ?? 0) < RUNS_NEEDED)
      throw new Error(
        `the database at ${homeDir} holds ${found?.runs} seeded runs: run \`npm run seed:runs\` first`,
      );
    const deep = await Promise.all(DEEP_PAGES.map((page) => cursorAt(database, page * 50)));
    const sample = await database.sql<{ runId: string }[]>`
      select run_id as "runId" from runs where run_id like 'seeded\\_%' order by md5(run_id) limit 60`;
    return [
      { name: 'api: list of runs, filters mixed', paths: LISTS },
      {
        name: 'api: list of runs, deep pages',
        paths: deep.map((cursor) => `/api/runs?limit=50&cursor=${cursor}`),
      },
      { name: 'api: one run', paths: sample.map(({ runId }) => `/api/runs/${runId}`) },
      ...Object.entries(SEARCHES).map(([kind, paths]) => ({ name: `api: search, ${kind}`, paths })),
      { name: 'api: search, all of these mixed', paths: Object.values(SEARCHES).flat() },
    ];
  } finally {
    await database.close();
  }
}

async function cursorAt({ sql }: Awaited<ReturnType<typeof openDatabase>>, place: number): Promise<string> {
  const [row] = await sql<{ atMs: string; runId: string }[]>`
    select started_at_ms as "atMs", run_id as "runId" from runs order by started_at_ms desc, run_id desc
    offset ${place} limit 1`;
  return Buffer.from(JSON.stringify([Number(row?.atMs), row?.runId])).toString('base64url');
}

const LISTS = [
  '',
  '&outcome=traded',
  '&outcome=failed&symbol=DOGE',
  '&kind=analysis',
  '&kind=analysis&symbol=SUI',
  '&status=lost',
  '&status=running',
  '&agent=guardian',
  '&abstained=risk&outcome=denied',
  '&denial=drawdown',
  '&denial=stop_missing',
  '&minCostUsd=0.5',
  '&minCostUsd=0.01&maxCostUsd=0.02&outcome=held',
  '&from=2026-08-20&to=2026-08-21',
  '&forks=false&symbol=BTC',
].map((filters) => `/api/runs?limit=50${filters}`);

function searchFor(...queries: readonly string[]): string[] {
  return queries.map((query) => `/api/runs?limit=50&${query}`);
}

const SEARCHES = {
  'a common word': searchFor(
    'q=funding',
    'q=resistance&outcome=traded',
    'q=crowded&agent=guardian',
    'q=settlement&symbol=ETH',
  ),
  'a rare word': searchFor(
    `q=${PLANTED.rare}`,
    `q=${PLANTED.rare}&outcome=held`,
    'q=kalomira',
    'q=quinvento*',
  ),
  'two words': searchFor(
    'q=squeeze%20slippage',
    'q=squeeze%20slippage&outcome=denied',
    'q=%22three%20averages%22%20-drawdown',
  ),
  'a word of long ago': searchFor(`q=${PLANTED.longAgo}`, `q=${PLANTED.longAgo}&outcome=failed`),
  'a word nobody used': searchFor(`q=${PLANTED.unused}`, `q=${PLANTED.unused}&kind=analysis`),
} as const;

/** Sent by the clock, whatever the answers do: a slow one delays nobody else's question. */
async function loaded(url: string, paths: readonly string[]): Promise<number[]> {
  const answers: Promise<number>[] = [];
  const startMs = performance.now();
  for (let turn = 0; turn < PER_SECOND * SECONDS; turn += 1) {
    const waitMs = startMs + (turn * 1_000) / PER_SECOND - performance.now();
    if (waitMs > 0) await setTimeout(waitMs);
    const answer = timedMs(url, paths[turn % paths.length] ?? '', turn);
    // Its failure is told at the end: until then it must not end the process.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return Promise.all(answers);
}

const agents = Array.from({ length: PEOPLE }, () => new Agent({ keepAlive: true, timeout: IDLE_MS }));

/** From the asking to the last byte. @throws Error for any answer but 200 */
function timedMs(url: string, path: string, turn: number): Promise<number> {
  const person = turn % PEOPLE;
  const startMs = performance.now();
  return new Promise((resolve, reject) => {
    request(`${url}${path}`, { agent: agents[person], localAddress: `127.0.0.${person + 2}` }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}`));
      answer.resume().on('end', () => resolve(performance.now() - startMs));
    })
      .on('error', reject)
      .end();
  });
}

function rowOf(name: string, timings: readonly number[]): BenchRow {
  const { median, p95, p99 } = summarise(timings);
  return { name, unit: 'ms', median, p95, p99, baseline: null, ratio: null };
}
