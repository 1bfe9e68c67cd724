import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PromptDetail } from '#server/api-deps.ts';
import { quietReply } from '#tests/support/agent-replies.ts';
import { bundleCommandLine } from '#tests/support/bundle.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';
import { findRedis, removeQueue, skipWithoutRedis } from '#tests/support/redis.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { TRADING_FROM } from '#tests/support/test-desk.ts';

const WAIT = { timeout: 40_000, interval: 50 };
const TICK_MS = 1_000;
const EDITION = 'Second edition of these words.';
const EDITED = ['rules', 'context'];
/** By each cycle of a fresh desk at that moment. */
const ASKED = ['scanner', 'context', 'risk'];
/** One of them is run by the other worker, unless work is not shared at all. */
const MOST_DESKS = 12;
const redis = await findRedis();
/** The market has to be this one, so the queue has a Redis database of its own. */
const redisUrl = new URL(redis.url);
redisUrl.pathname = `/${10 + (process.pid % 6)}`;

interface RunRow {
  readonly runId: string;
  readonly owner: string | null;
  readonly status: string;
  readonly startedAtMs: number;
  readonly promptSetId: string;
}

describe.each(['postgres', 'redis'] as const)('a prompt edited in the middle of a cycle, over %s', (kind) => {
  const home = mkdtempSync(join(tmpdir(), 'vigil-pinned-'));
  const processes: NodeProcess[] = [];
  let test: TestDatabase;
  let model: ScriptedModel;
  let commandLine: string;
  let url: string;
  let standing = '';
  let release: () => void = () => {};

  const forgetQueue = async () => {
    if (kind === 'redis' && redis.skipReason === null) await removeQueue(redisUrl.href, '*');
  };

  beforeAll(async () => {
    await forgetQueue();
    [test, model, commandLine] = await Promise.all([
      createTestDatabase(),
      startScriptedModel(),
      bundleCommandLine(),
    ]);
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // The scanner speaks first: while it thinks, all the others of its run are still to be asked.
    model.follow((request, index) => {
      const reply = say.answer(quietReply(request));
      return index === 0 ? say.held(held, reply) : reply;
    });
  });
  afterAll(async () => {
    release();
    for (const one of processes) one.kill('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await model?.close();
    await test?.drop();
    rmSync(home, { recursive: true, force: true });
    await forgetQueue();
  });

  function start(role: 'api' | 'worker'): NodeProcess {
    const one = startNode([commandLine, 'start', '--role', role], {
      killAfterMs: 100_000,
      env: {
        ...(kind === 'redis' && { REDIS_URL: redisUrl.href }),
        ...{ DATABASE_URL: test.url, VIGIL_HOME: home, PORT: '0', VIGIL_SEED: '7' },
        ...{ VIGIL_FROM: TRADING_FROM, VIGIL_SPEED: '1', CYCLE_INTERVAL_MS: String(TICK_MS) },
        ...{ OPENAI_BASE_URL: model.baseUrl, LLM_MODEL: 'scripted-1', LLM_CACHE_HOURS: '0' },
      },
    });
    processes.push(one);
    return one;
  }

  async function call<Body>(path: string, body?: object): Promise<Body> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, {
      headers,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  const cyclesOf = (deskId: string) => test.database.sql<RunRow[]>`
    select run_id as "runId", owner, status, started_at_ms::float8 as "startedAtMs", prompt_set_id as "promptSetId"
    from runs where kind = 'cycle' and desk_id = ${deskId} order by started_at_ms`;

  /** Of a desk that is made now and ticks at once. */
  async function firstCycleOf(name: string): Promise<RunRow> {
    const symbols = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'];
    const asked = { name, symbols, intervalMs: 86_400_000 };
    const { deskId } = await call<{ deskId: string }>('/api/desks', asked);
    return vi.waitFor(async () => {
      const [run] = await cyclesOf(deskId);
      if (run?.status !== 'finished') throw new Error(`the first cycle of ${deskId} has not ended`);
      return run;
    }, WAIT);
  }

  /** What a run said to the model, as the model got it. */
  async function saidIn(runId: string): Promise<{ agent: string; isSecondEdition: boolean }[]> {
    const rows = await test.database.sql<{ agent: string; texts: string[] }[]>`
      select agent, (select array_agg(content order by position) from unnest(message_hashes) with ordinality
        as hashed(sha256, position) join messages using (sha256)) as texts
      from llm_calls where run_id = ${runId} order by started_at_ms`;
    const received = new Set(
      model.requests.map(({ body }) => body.messages.map(({ content }) => content).join('\n')),
    );
    for (const { texts } of rows) expect(received).toContain(texts.join('\n'));
    return rows.map(({ agent, texts }) => ({ agent, isSecondEdition: texts.join('\n').includes(EDITION) }));
  }

  it('is read by no node of that run, and by every node of the next ones, in whichever process', async (context) => {
    if (kind === 'redis') skipWithoutRedis(context, redis);
    const [, found] = await start('api').said(/Vigil is up: (http:\S+)/);
    url = found ?? '';
    start('worker');
    await vi.waitFor(() => expect(model.requests).toHaveLength(1), WAIT);
    const { items } = await call<{ items: { deskId: string }[] }>('/api/desks');
    standing = items[0]?.deskId ?? '';
    const first = (await cyclesOf(standing)).find(({ status }) => status === 'running');
    const firstNow = async () => (await cyclesOf(standing)).find(({ runId }) => runId === first?.runId);

    start('worker');

    for (const name of EDITED) {
      const { versions } = await call<PromptDetail>(`/api/prompts/${name}`);
      const text = `${versions[0]?.text}\n\n${EDITION}`;
      const body = { text, message: 'a second edition', label: 'production' };
      expect(await call(`/api/prompts/${name}/versions`, body)).toMatchObject({
        version: 2,
        dryRun: { outcome: 'passed' },
      });
    }
    const savedAtMs = Date.now();
    const isElsewhere = ({ owner }: RunRow) => owner !== null && owner !== first?.owner;
    // Each started by a tick in a worker, and none of the workers had a part in the saving.
    const later: RunRow[] = [];
    for (let count = 1; count <= MOST_DESKS && !later.some(isElsewhere); count += 1)
      later.push(await firstCycleOf(`desk ${count}`));
    expect(later.some(isElsewhere)).toBe(true);
    const delayMs = (later[0]?.startedAtMs ?? Number.POSITIVE_INFINITY) - savedAtMs;
    process.stdout.write(`${kind}: the next run resolved its prompts ${delayMs} ms after the save\n`);
    expect(delayMs).toBeLessThan(3_000);
    expect(new Set(later.map(({ promptSetId }) => promptSetId)).size).toBe(1);
    expect(later[0]?.promptSetId).not.toBe(first?.promptSetId);
    for (const { runId } of later) {
      const spoken = await saidIn(runId);
      expect(spoken.map(({ agent }) => agent)).toEqual(expect.arrayContaining(ASKED));
      expect(spoken.filter(({ isSecondEdition }) => !isSecondEdition)).toEqual([]);
    }

    release();
    await vi.waitFor(async () => {
      expect((await firstNow())?.status).toBe('finished');
    }, WAIT);
    const spoken = await saidIn(first?.runId ?? '');
    expect(spoken.map(({ agent }) => agent)).toEqual(expect.arrayContaining(ASKED));
    expect(spoken.filter(({ isSecondEdition }) => isSecondEdition)).toEqual([]);
    expect((await firstNow())?.promptSetId).toBe(first?.promptSetId);
  });
});
