/** The API's view of runs. A database may hold those of other markets, which no process of this one goes on with. */
import type { ListedRun, RunStatus, RunSummary } from '#domain/run.ts';
import type { RunsPort } from './api-deps.ts';
import type { Container } from './container.ts';
import { marketKeyOf, mayRunOn } from './engine/market-desks.ts';
import { wallClock } from './wall-clock.ts';

export function runsPort({ rows, source }: Pick<Container, 'rows' | 'source'>): RunsPort {
  const told = <Run extends RunSummary>(run: Run): Run & ListedRun => ({
    ...run,
    market: marketKeyOf(run.deskId),
    reason: run.reason ?? (mayRunOn(source.key, run.deskId) ? null : whyItWaits(run)),
  });
  return {
    async get(runId) {
      const run = await rows.runs.get(runId);
      return run && told(run);
    },
    async trace(runId) {
      const trace = await rows.traces.ofRun(runId);
      return trace && { ...trace, run: told(trace.run) };
    },
    neighbours: rows.traces.neighbours,
    span: rows.traces.span,
    call: rows.traces.call,
    record: rows.runs.record,
    async list(filter) {
      const page = await rows.runs.list(filter);
      return { ...page, items: page.items.map(told) };
    },
    async requestCancel(runId) {
      const run = await rows.runs.get(runId);
      if (run === null || mayRunOn(source.key, run.deskId)) return rows.runs.requestCancel(runId);
      const atMs = wallClock.nowMs();
      const reason = 'cancelled by request before a process of its market took it up';
      if (!(await rows.runs.cancelQueued(runId, reason, atMs))) return rows.runs.requestCancel(runId);
      const payload = await rows.runs.get(runId);
      await rows.events.append({ type: 'run.finished', runId, deskId: run.deskId, atMs, payload });
      return true;
    },
  };
}

const WAITS: Readonly<Partial<Record<RunStatus, string>>> = {
  queued:
    'waits for a process of its own market: start Vigil with its VIGIL_MARKET and VIGIL_DATA, or cancel it',
  running: 'is left to the processes of its own market',
};

function whyItWaits({ status }: RunSummary): string | null {
  return WAITS[status] ?? null;
}
