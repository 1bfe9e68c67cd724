/** What the desk needs of its queue, whatever holds it. */
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  type TestContext,
  vi,
} from 'vitest';
import { readConfig } from '#server/config.ts';
import type { WorkHandlers, WorkQueue } from '#server/queues/queue.ts';
import { mendSchedules } from '#server/queues/schedules.ts';
import { startVigil } from '#server/start.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { bundleScript } from '#tests/support/bundle.ts';
import { type NodeProcess, startNode } from '#tests/support/node-process.ts';
import { openQueueAt, type QueueAddress } from '#tests/support/queue-backends.ts';
import { gateBefore } from '#tests/support/run-gate.ts';
import { openGate, type TcpGate } from '#tests/support/tcp-gate.ts';
import { testHome } from '#tests/support/test-desk.ts';

export interface QueueStage {
  readonly kind: QueueAddress['kind'];
  readonly defaultPort: number;
  /** Gives the back end's URL. */
  open(): Promise<string>;
  /** What a whole desk is told of the database and the queue. */
  environment(): Readonly<Record<string, string>>;
  /** Removes what the queues of these names left. */
  close(names: readonly string[]): Promise<void>;
  skip(context: TestContext): void;
}

const NOBODY: WorkHandlers = { tick: async () => {}, run: async () => {} };
const WAIT = { timeout: 20_000, interval: 25 };

export function describeQueue(title: string, stage: QueueStage): void {
  describe(title, () => {
    let url: string;
    let child: string;
    let name: string;
    const names: string[] = [];
    const queues: WorkQueue[] = [];
    const processes: NodeProcess[] = [];
    const gates: TcpGate[] = [];

    beforeAll(async () => {
      url = await stage.open();
      child = await bundleScript('tests/integration/queue/worker-child.ts');
    });
    beforeEach((context) => {
      stage.skip(context);
      name = `vigil-test-${process.pid}-${Date.now().toString(36)}-${names.length}`;
      names.push(name);
    });
    afterEach(async () => {
      for (const one of processes.splice(0)) one.kill('SIGKILL');
      await Promise.all(queues.splice(0).map((queue) => queue.close()));
      await Promise.all(gates.splice(0).map((gate) => gate.close()));
    });
    afterAll(() => stage.close(names));

    async function open(at = url): Promise<WorkQueue> {
      const queue = await openQueueAt({ kind: stage.kind, url: at, name });
      queues.push(queue);
      return queue;
    }

    /** A market, and so a queue, that no other test has. */
    function deskEnvironment() {
      const seed = String(Date.now() % 1_000_000_000);
      const environment = {
        ...stage.environment(),
        VIGIL_HOME: testHome(),
        VIGIL_SEED: seed,
        VIGIL_SYMBOLS: 'BTC,ETH',
        CYCLE_INTERVAL_MS: '1000',
        PORT: '0',
      };
      return { environment, queueName: `vigil-generator-${seed}` };
    }

    function startWorker(mode: 'hold' | 'once'): NodeProcess {
      const plan = JSON.stringify({ kind: stage.kind, url, name, mode });
      const worker = startNode([child, plan]);
      processes.push(worker);
      return worker;
    }

    it('keeps one scheduler for a desk that is set twice, at the interval set last', async () => {
      const queue = await open();
      await queue.scheduleDesk('desk-a', 60_000);
      await queue.scheduleDesk('desk-a', 120_000);
      await queue.scheduleDesk('desk-b', 60_000);
      expect((await queue.schedules()).toSorted(byDesk)).toEqual([
        { deskId: 'desk-a', everyMs: 120_000 },
        { deskId: 'desk-b', everyMs: 60_000 },
      ]);
      const [nowMs, nextAtMs] = [Date.now(), await queue.nextTickAtMs('desk-a')];
      expect(nextAtMs).toBeGreaterThan(nowMs - 60_000);
      expect(nextAtMs).toBeLessThanOrEqual(nowMs + 120_000);
      expect(await queue.nextTickAtMs('desk-nobodys')).toBeNull();
    });

    it('ticks a scheduled desk again and again, each time under a job id of its own', async () => {
      const queue = await open();
      const ticks: string[] = [];
      queue.work({ ...NOBODY, tick: async (deskId, jobId) => void ticks.push(`${deskId} ${jobId}`) }, 1);
      await queue.scheduleDesk('desk-a', 1_000);
      await vi.waitFor(() => expect(ticks.length).toBeGreaterThanOrEqual(2), WAIT);
      expect(new Set(ticks).size).toBe(ticks.length);
      expect(ticks.every((tick) => tick.startsWith('desk-a '))).toBe(true);
    });

    it('is told again of desks it lost, desks that changed, and desks that are gone', async () => {
      const queue = await open();
      await queue.scheduleDesk('desk-kept', 60_000);
      await queue.scheduleDesk('desk-changed', 60_000);
      await queue.scheduleDesk('desk-paused', 60_000);
      await queue.scheduleDesk('desk-gone', 60_000);
      const desks = [
        { deskId: 'desk-kept', intervalMs: 60_000, paused: false },
        { deskId: 'desk-changed', intervalMs: 90_000, paused: false },
        { deskId: 'desk-paused', intervalMs: 60_000, paused: true },
        { deskId: 'desk-lost', intervalMs: 60_000, paused: false },
      ];
      await mendSchedules(desks, queue);
      expect((await queue.schedules()).toSorted(byDesk)).toEqual([
        { deskId: 'desk-changed', everyMs: 90_000 },
        { deskId: 'desk-kept', everyMs: 60_000 },
        { deskId: 'desk-lost', everyMs: 60_000 },
      ]);
    });

    it('ticks no more once the desk is unscheduled', async () => {
      const queue = await open();
      const ticks: string[] = [];
      queue.work({ ...NOBODY, tick: async (deskId) => void ticks.push(deskId) }, 1);
      await queue.scheduleDesk('desk-a', 60_000);
      await vi.waitFor(() => expect(ticks).toEqual(['desk-a']), WAIT);
      expect(await queue.counts()).toMatchObject({ delayed: 1 });
      await queue.unscheduleDesk('desk-a');
      expect(await queue.schedules()).toEqual([]);
      expect(await queue.counts()).toMatchObject({ waiting: 0, delayed: 0 });
    });

    it('forgets a finished job and keeps the reason of a failed one', async () => {
      const queue = await open();
      const worked: string[] = [];
      queue.work(
        {
          ...NOBODY,
          async run(runId) {
            worked.push(runId);
            if (runId === 'run_bad') throw new Error('the venue is closed on Sundays');
          },
        },
        1,
      );
      await queue.enqueueRun('run_good');
      await queue.enqueueRun('run_bad');
      await vi.waitFor(
        async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 1 }),
        WAIT,
      );
      expect(worked.toSorted()).toEqual(['run_bad', 'run_good']);
      expect(await queue.failures()).toEqual([
        { jobId: 'run-run_bad', name: 'run', reason: 'the venue is closed on Sundays' },
      ]);
    });

    it('works a run once that was enqueued twice', async () => {
      const queue = await open();
      await queue.enqueueRun('run_a');
      await queue.enqueueRun('run_a');
      await queue.enqueueRun('run_b');
      const worked: string[] = [];
      queue.work({ ...NOBODY, run: async (runId) => void worked.push(runId) }, 1);
      await vi.waitFor(() => expect(worked).toContain('run_b'), WAIT);
      expect(worked.filter((runId) => runId === 'run_a')).toHaveLength(1);
    });

    it('hands the job of a killed worker to another process', async () => {
      const queue = await open();
      const killed = startWorker('hold');
      await queue.enqueueRun('run_a');
      await killed.said(/"took":"run_a"/);
      killed.kill('SIGKILL');
      await killed.ended;
      const heir = startWorker('once');
      await heir.said(/"took":"run_a"/);
      expect(await heir.ended).toMatchObject({ code: 0 });
      expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    });

    it('leaves nothing open that would keep its process alive', async () => {
      const queue = await open();
      const worker = startWorker('once');
      await queue.enqueueRun('run_a');
      await worker.said(/"took":"run_a"/);
      expect(await worker.ended).toMatchObject({ code: 0, stderr: '' });
    });

    it('skips and counts the tick that meets a running cycle, and ticks again after it', async () => {
      const { environment, queueName } = deskEnvironment();
      names.push(queueName);
      const gate = gateBefore('scanner');
      const vigil = await startVigil({
        config: readConfig(environment),
        logger: SILENT_LOGGER,
        role: 'worker',
        around: { tracer: gate.tracer },
      });
      try {
        const { rows, defaultDeskId, metrics } = vigil.container;
        const cycles = async () => (await rows.runs.list({ limit: 50, kind: 'cycle' })).items;
        await vi.waitFor(
          async () => expect((await rows.desks.get(defaultDeskId))?.ticksSkipped).toBeGreaterThanOrEqual(2),
          WAIT,
        );
        expect((await cycles()).map(({ status }) => status)).toEqual(['running']);
        const { values } = await metrics.ticksSkipped.get();
        expect(values[0]?.value).toBeGreaterThanOrEqual(2);
        gate.open();
        await vi.waitFor(
          async () =>
            expect(
              (await cycles()).filter(({ status }) => status === 'finished').length,
            ).toBeGreaterThanOrEqual(2),
          WAIT,
        );
      } finally {
        gate.open();
        await vigil.stop();
      }
    });

    it('says that it is away during an outage, and works on after it', async () => {
      const gate = await openGate(url, stage.defaultPort);
      gates.push(gate);
      const queue = await open(gate.url);
      const worked: string[] = [];
      queue.work({ ...NOBODY, run: async (runId) => void worked.push(runId) }, 1);
      await queue.enqueueRun('run_before');
      await vi.waitFor(() => expect(worked).toEqual(['run_before']), WAIT);
      gate.cut();
      await expect(queue.counts()).rejects.toMatchObject({ code: 'queue_unavailable' });
      await expect(queue.enqueueRun('run_during')).rejects.toMatchObject({ code: 'queue_unavailable' });
      gate.mend();
      await vi.waitFor(() => queue.enqueueRun('run_after'), WAIT);
      await vi.waitFor(() => expect(worked).toContain('run_after'), WAIT);
    });

    it('closes during an outage', async () => {
      const gate = await openGate(url, stage.defaultPort);
      gates.push(gate);
      const queue = await openQueueAt({ kind: stage.kind, url: gate.url, name });
      queue.work(NOBODY, 1);
      await queue.scheduleDesk('desk-a', 60_000);
      gate.cut();
      await queue.close();
    }, 12_000);
  });
}

function byDesk(left: { deskId: string }, right: { deskId: string }): number {
  return left.deskId < right.deskId ? -1 : 1;
}
