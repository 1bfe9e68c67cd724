import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelNotice } from '#domain/desk-event.ts';
import type { CycleRecord } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { systemState } from '#server/api-wiring.ts';
import { readConfig } from '#server/config.ts';
import { type Container, createContainer } from '#server/container.ts';
import type { Logger } from '#server/telemetry/logger.ts';
import { type ScriptedModel, say, startScriptedModel } from '#tests/support/scripted-model.ts';
import { soundly } from '#tests/support/sound-model.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/test-database.ts';
import { deskEnvironment, recordOf } from '#tests/support/test-desk.ts';

/** The generator's first day: longs are wanted again and again in the quarters of an hour after it. */
const MORNING_MS = Date.parse('2025-01-01T03:15:00Z');
const QUARTER_MS = 15 * 60_000;
const DEADLINE_MS = 2_000;
const SYMBOLS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'DOGE'].map(parseSymbol);

let test: TestDatabase;
let server: ScriptedModel;
const open: Container[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  server = await startScriptedModel(soundly);
});
afterEach(async () => {
  for (const container of open.splice(0)) await container.close();
  await server.close();
  await test.drop();
});

interface Cycle {
  readonly record: CycleRecord;
  /** Requests that reached the provider in it. */
  readonly asked: number;
}

/** A real desk with time in the test's hand: the market's, and the one by which a model rests. */
async function openDesk(environment: Record<string, string> = {}) {
  let marketNowMs = MORNING_MS;
  let restedMs = 0;
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const container = await createContainer({
    config: readConfig({
      ...deskEnvironment(test.url),
      VIGIL_FROM: new Date(MORNING_MS).toISOString(),
      OPENAI_BASE_URL: server.baseUrl,
      LLM_MODEL: 'scripted-1',
      LLM_TIMEOUT_MS: String(DEADLINE_MS),
      LLM_CACHE_HOURS: '0',
      ...environment,
    }),
    logger: loggerInto(lines),
    clock: 'fixed',
    around: {
      clock: (clock) => ({ ...clock, nowMs: () => marketNowMs }),
      restClock: (clock) => ({ nowMs: () => clock.nowMs() + restedMs }),
    },
  });
  open.push(container);
  const { rows, engine, source } = container;
  const deskId = `${source.key}--model`;
  await rows.desks.create({
    ...{ deskId, name: 'model', symbols: SYMBOLS, intervalMs: 60_000, paused: true, createdAtMs: 0 },
  });
  const { promptSetId } = await rows.prompts.resolveSet('production', 0);
  let cycles = 0;

  async function cycle(): Promise<Cycle> {
    const before = server.requests.length;
    if (cycles > 0) marketNowMs += QUARTER_MS;
    cycles += 1;
    const runId = `run-${cycles}`;
    await rows.runs.start({
      ...{ runId, deskId, symbols: SYMBOLS, promptSetId, question: null, seed: 7, owner: null },
      ...{ kind: 'cycle', status: 'queued', startedAtMs: Date.now() },
    });
    await engine.execute(runId);
    return { record: await recordOf(container, runId), asked: server.requests.length - before };
  }

  return {
    container,
    lines,
    /** Cycles, a quarter of an hour apart, until one is as it should be; gives it. */
    async cyclesUntil(isIt: (cycle: Cycle) => boolean, most = 10): Promise<Cycle> {
      for (let tried = 0; tried < most; tried += 1) {
        const one = await cycle();
        if (isIt(one)) return one;
      }
      throw new Error(`no such cycle among ${most}`);
    },
    restOver() {
      restedMs += 31_000;
    },
    calls: (runId: string) => rows.calls.ofRun(runId),
    async stops() {
      const held = await rows.orders.positions([deskId]);
      return held.map(({ symbol, stop }) => ({ symbol, stop }));
    },
    state: async () => (await systemState(container, deskId)).model,
    async notices(): Promise<ModelNotice[]> {
      const events = await rows.events.after(0, { limit: 5_000 });
      return events
        .filter(({ type }) => type === 'model.changed')
        .map(({ payload }) => ModelNotice.parse(payload));
    },
  };
}

function loggerInto(lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[]) {
  const line = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, message, fields });
  const logger: Logger = {
    ...{ error: line('error'), warn: line('warn'), info: line('info'), debug: () => {} },
    child: () => logger,
  };
  return logger;
}

const entered = ({ record }: Cycle) => record.intents.filter(({ request }) => request.purpose === 'entry');
const byModel = ({ record }: Cycle) => record.opinions.filter(({ decidedBy }) => decidedBy === 'model');
const wantsToOpen = ({ record }: Cycle) => record.proposals.some(({ kind }) => kind === 'open');
const deniedForModel = ({ record }: Cycle) =>
  record.verdicts.filter(({ findings }) => findings.some(({ code }) => code === 'model_unavailable'));

describe('a model that dies in the middle of a day', () => {
  it('leaves the desk to its rules within one deadline: nothing is opened, stops stay, and its return is noticed', async () => {
    const desk = await openDesk();
    const morning = await desk.cyclesUntil((cycle) => entered(cycle).length > 0);
    expect(byModel(morning).length).toBeGreaterThan(0);
    // The paper venue fills on the next candle.
    await desk.cyclesUntil(({ record }) => record.positions.length > 0);
    const held = await desk.stops();
    expect(held.length).toBeGreaterThan(0);
    expect(held.every(({ stop }) => stop !== null)).toBe(true);

    server.follow(() => say.stalledBody());
    const dying = await desk.cyclesUntil(({ asked }) => asked > 0);
    expect(dying.record.outcome).not.toBe('failed');
    expect(byModel(dying)).toEqual([]);
    const calls = await desk.calls(dying.record.runId);
    const startedAtMs = calls.map((call) => call.startedAtMs);
    expect(Math.max(...startedAtMs), 'no question is sent after the first has timed out').toBeLessThan(
      Math.min(...startedAtMs) + DEADLINE_MS,
    );
    expect(new Set(calls.map(({ status }) => status))).toEqual(new Set(['timed_out']));
    expect(entered(dying)).toEqual([]);

    const noon = await desk.cyclesUntil(wantsToOpen);
    expect(noon.asked).toBe(0);
    expect(entered(noon)).toEqual([]);
    expect(deniedForModel(noon).length).toBeGreaterThan(0);
    const still = await desk.stops();
    for (const position of still) expect(held).toContainEqual(position);
    expect(still.length).toBeGreaterThan(0);

    expect(desk.lines.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: 'the model is down',
        fields: expect.objectContaining({ alert: 'model_down' }),
      }),
    ]);
    expect(await desk.state()).toMatchObject({ status: 'down', answering: null, whenDown: 'no_new_risk' });

    const { port } = server;
    await server.close();
    server = await startScriptedModel(soundly, { port });
    desk.restOver();
    const evening = await desk.cyclesUntil((cycle) => byModel(cycle).length > 0);
    expect(deniedForModel(evening)).toEqual([]);
    expect((await desk.notices()).map(({ status }) => status)).toEqual(['down', 'up']);
    expect(desk.lines).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'the model answers again' }),
    );
    expect(await desk.state()).toMatchObject({ status: 'up', answering: 'scripted-1' });
    expect(await desk.container.metrics.registry.metrics()).toContain('vigil_model_up{use="usual"} 1');
  });

  it('may open by the rules alone where that is asked for', async () => {
    server.follow(() => say.stalledHeaders());
    const desk = await openDesk({ LLM_WHEN_DOWN: 'rules' });
    const traded = await desk.cyclesUntil((cycle) => entered(cycle).length > 0);
    expect(byModel(traded)).toEqual([]);
    expect(deniedForModel(traded)).toEqual([]);
    expect(await desk.state()).toMatchObject({ status: 'down', whenDown: 'rules' });
  });

  it('is still dead, and opens nothing, once its own failed tries have spent the money of the day', async () => {
    server.follow(() => say.stalledBody());
    const desk = await openDesk({
      ...{ LLM_PRICE_INPUT_USD: '1', LLM_PRICE_OUTPUT_USD: '1' },
      ...{ LLM_TIMEOUT_MS: '1000', LLM_BUDGET_USD_PER_DAY: '0.024' },
    });
    const cycles: Cycle[] = [];
    for (let tried = 0; tried < 6; tried += 1) {
      cycles.push(await desk.cyclesUntil(() => true));
      for (let rest = 0; rest < 40; rest += 1) desk.restOver();
    }
    expect(cycles.some(({ record }) => record.spending?.tier === 'none')).toBe(true);
    expect(cycles.some(wantsToOpen)).toBe(true);
    expect(cycles.flatMap(entered)).toEqual([]);
    expect(await desk.state()).toMatchObject({ status: 'down' });
  });

  it.each([308, 400])('is told as down where it answers every request with %i', async (status) => {
    server.follow(() => say.status(status));
    const desk = await openDesk();
    await desk.cyclesUntil(({ record }) => Object.hasOwn(record.llm.abstentions, 'model_down'), 6);
    expect(await desk.state()).toMatchObject({ status: 'down' });
    expect((await desk.notices()).map((notice) => notice.status)).toEqual(['down']);
  });

  it('is answered for by the fallback, at its own address with its own key', async () => {
    const second = await startScriptedModel(soundly);
    try {
      server.follow(() => say.status(401));
      const desk = await openDesk({
        OPENAI_API_KEY: 'sk-first-0123456789',
        LLM_FALLBACK_MODEL: 'second-1',
        LLM_FALLBACK_BASE_URL: second.baseUrl,
        LLM_FALLBACK_API_KEY: 'sk-second-0123456789',
      });
      const traded = await desk.cyclesUntil((cycle) => entered(cycle).length > 0);
      expect(byModel(traded).length).toBeGreaterThan(0);
      expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(
        new Set(['Bearer sk-first-0123456789']),
      );
      expect(new Set(second.requests.map(({ authorization }) => authorization))).toEqual(
        new Set(['Bearer sk-second-0123456789']),
      );
      const calls = await desk.calls(traded.record.runId);
      expect(calls.filter(({ status }) => status === 'ok').map(({ model }) => model)).toContain('second-1');
      expect(await desk.state()).toMatchObject({ status: 'down', answering: 'second-1' });
      expect(server.requests.length, 'a refused key is not sent again').toBeLessThanOrEqual(SYMBOLS.length);
    } finally {
      await second.close();
    }
  });
});
