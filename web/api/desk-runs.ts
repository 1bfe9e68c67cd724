/** The newest runs of a desk, as its strip shows them. */
import type { RunSummary } from '#domain/run.ts';
import type { Page } from './types.ts';

export const DESK_RUNS_SHOWN = 36;

/** Puts a run of the desk the stream told of in its place when it is there, on top when it is new. Forks are none of it. */
export function withDeskRun(page: Page<RunSummary>, run: RunSummary): Page<RunSummary> {
  if (run.forkOf !== null) return page;
  const isKnown = page.items.some(({ runId }) => runId === run.runId);
  const items = isKnown
    ? page.items.map((row) => (row.runId === run.runId ? run : row))
    : [run, ...page.items].slice(0, DESK_RUNS_SHOWN);
  return { ...page, items };
}
