import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CycleRecord } from '#domain/run.ts';
import { readConfig } from '#server/config.ts';
import { rootFolder } from '#server/paths.ts';
import { RECORDED_MARKET, skipWithoutRecordedMarket } from '#tests/support/candle-files.ts';
import { commandsOf } from '#tests/unit/docs/readme-blocks.ts';
import { createReadmeSession } from './readme-session.ts';

const readme = readFileSync(join(rootFolder(), 'README.md'), 'utf8');
const { host, port } = readConfig({}).http;
const DOCUMENTED_URL = `http://localhost:${port}`;
const DOCUMENTED_DATA = '/path/to/candles';
/** Covers the first build and the first cluster on a busy machine. */
const START_WITHIN_MS = 180_000;

const session = createReadmeSession();
let url: string;

beforeAll(async () => {
  const [command = ''] = commandsOf(readme, 'start');
  // The packages this test runs from are the ones `npm ci` would install.
  expect(command).toMatch(/^npm ci && /);
  url = await session.start(command.replace(/^npm ci && /, ''));
}, START_WITHIN_MS);
afterAll(() => session.end(), 30_000);

/** The commands of a block, pointed at the started desk. */
function here(name: string): string[] {
  return commandsOf(readme, name).map((command) => command.replaceAll(DOCUMENTED_URL, url));
}

async function runAll(commands: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const command of commands) {
    const { code, stdout, stderr } = await session.run(command);
    expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
    answers.push(stdout);
  }
  return answers;
}

async function runJson(commands: readonly string[]) {
  return (await runAll(commands)).map((text) => JSON.parse(text));
}

describe('the README', () => {
  it('starts a desk at the documented address, with its page', async () => {
    expect(new URL(url).hostname).toBe(host);
    expect(readme).toContain(`<${DOCUMENTED_URL}>`);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Vigil');
  });

  it('shows a first finished run soon after the start, without a key, a server or files', async () => {
    const finished = await vi.waitFor(
      async () => {
        const answer = await fetch(`${url}/api/runs?kind=cycle&status=finished&limit=1`);
        const { items } = (await answer.json()) as { items: { outcome: string }[] };
        expect(items).toHaveLength(1);
        return items[0];
      },
      { timeout: 40_000, interval: 250 },
    );
    expect(finished?.outcome).not.toBe('failed');
  });

  it('reads candles, the board and signals', async () => {
    const [candles, board, signals] = await runJson(here('market'));
    expect(candles).toMatchObject({ symbol: 'BTC/USDT:USDT', timeframe: '15m' });
    expect(board).toHaveProperty('board');
    expect(signals).toHaveProperty('items');
  });

  it('starts a backtest and lists it', async () => {
    const [choices, begun, list] = await runJson(here('backtests'));
    expect(choices).toMatchObject({ hindrance: null, timeframe: '1m' });
    expect(list.items[0]).toMatchObject({ backtestId: begun.backtestId, symbols: ['BTC/USDT:USDT'] });
  });

  it('reads health, state, runs, account and positions', async () => {
    const [health, ready, state, runs, account, positions] = await runJson(here('reads'));
    expect(health).toEqual({ status: 'ok' });
    expect(ready).toMatchObject({ ready: true });
    expect(state).toMatchObject({ mode: 'paper', market: { source: { synthetic: true } } });
    expect(runs.items).toHaveLength(1);
    expect(account.account).toMatchObject({ quote: 'USDT' });
    expect(positions.items).toEqual(expect.any(Array));
  });

  it('answers an analysis with its trace and without a single intent', async () => {
    const [analysis, list] = await runJson(here('analyses'));
    expect(analysis.run).toMatchObject({ kind: 'analysis', status: 'finished' });
    expect(analysis.spans.map(({ name }: { name: string }) => name)).toContain('context');
    expect(CycleRecord.parse(analysis.record)).toMatchObject({ intents: [], orders: [] });
    expect(list.items.map(({ runId }: { runId: string }) => runId)).toContain(analysis.run.runId);
  });

  it('halts and arms the desk', async () => {
    const [halted, armed] = await runJson(here('handles'));
    expect(halted.trading).toMatchObject({ mode: 'halted', reason: 'out for lunch' });
    expect(armed.trading).toMatchObject({ mode: 'active', reason: 'back again' });
  });

  it('analyzes from the command line beside the running desk', async () => {
    const [text] = await runAll(here('analyze'));
    expect(text).toMatch(/^market generator .*synthetic/m);
    expect(text).toMatch(/BTC\/USDT:USDT: (buy|sell|hold)/);
    expect(text).toMatch(/^the question was not answered: no model is configured.*OPENAI_API_KEY/m);
  });

  it('lists the commands there are', async () => {
    const [help = ''] = await runAll(['npm run --silent vigil -- --help']);
    const there = [...help.matchAll(/^ {2}([a-z-]+)(?: |$)/gm)].map(([, name]) => name);
    const [, commands = ''] = /^## Commands$([\s\S]*?)^## /m.exec(readme) ?? [];
    const told = [...commands.matchAll(/^\| `([a-z-]+)/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(there.filter((name) => name !== 'help').sort());
  });
});

describe('the README on real candles', () => {
  const onRecorded = (name: string) =>
    here(name).map((command) => command.replace(DOCUMENTED_DATA, RECORDED_MARKET));

  it('runs one cycle that sees recorded candles and leaves a full record', async (context) => {
    skipWithoutRecordedMarket(context);
    const [record] = (await runJson(onRecorded('cycle'))).map((answer) => CycleRecord.parse(answer));
    expect(record?.market?.source).toMatchObject({ kind: 'replay', synthetic: false });
    expect(record?.market?.symbols).toEqual(expect.arrayContaining(['BTC/USDT:USDT', 'ETH/USDT:USDT']));
    const nodes = record?.nodes.map(({ name }) => name) ?? [];
    expect(nodes[0]).toBe('observe');
    expect(nodes.at(-1)).toBe('record');
  });

  it('walks a span of recorded candles', async (context) => {
    skipWithoutRecordedMarket(context);
    const [result] = await runJson(onRecorded('backtest'));
    expect(result).toMatchObject({ strategy: 'points', bars: 2 * 2 * 288, sharpe: null });
    expect(result.perTrade).toHaveLength(result.trades);
  });

  it('trains a table on recorded candles, and promotes none', async (context) => {
    skipWithoutRecordedMarket(context);
    const [text] = await runAll(onRecorded('train'));
    expect(text).toMatch(/^version \d+, hash [0-9a-f]{64}$/m);
    expect(text).toContain('nothing is promoted by itself');
  });

  it('decides the same again from the same files and seed', async (context) => {
    skipWithoutRecordedMarket(context);
    const [first, second] = await runJson([...onRecorded('cycle'), ...onRecorded('cycle')]);
    expect(second.runId).not.toBe(first.runId);
    for (const part of ['outcome', 'signals', 'opinions', 'proposals', 'verdicts'])
      expect(second[part]).toEqual(first[part]);
  });

  it('says what the replay chose and why', async (context) => {
    skipWithoutRecordedMarket(context);
    const [text] = await runAll(onRecorded('doctor'));
    expect(text).toMatch(/market +replay \S+, 2 of 2 symbols/);
  });
});
