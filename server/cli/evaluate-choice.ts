/** Which cycles `--runs` means. */
import { readFile } from 'node:fs/promises';
import type { CycleRef, EvaluatedRuns } from '#db/repositories/evaluated-runs.ts';
import { AppError } from '#domain/errors.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';
import { instantOf, usage } from './instant-option.ts';

export type RunsFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'newest'; readonly count: number }
  | { readonly kind: 'span'; readonly fromMs: EpochMs; readonly toMs: EpochMs }
  | { readonly kind: 'ids'; readonly runIds: readonly string[] };

const FORMS = 'all, a number for the newest, FROM..TO in market time, or a file with a run id on each line';

/** @throws AppError `usage_invalid` for a filter that names nothing */
export async function readRunsFilter(text: string): Promise<RunsFilter> {
  if (text === 'all') return { kind: 'all' };
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count > 0 && Number.isSafeInteger(count)) return { kind: 'newest', count };
    throw usage(`--runs ${text} asks for no run: give ${FORMS}`);
  }
  const [from, to, ...rest] = text.split('..');
  if (from && to && rest.length === 0 && !text.includes('/')) {
    const span = { fromMs: instantOf('--runs', from), toMs: instantOf('--runs', to) };
    if (span.fromMs < span.toMs) return { kind: 'span', ...span };
    throw usage(`--runs ${text} runs backwards: ${isoTime(span.fromMs)} is not before ${isoTime(span.toMs)}`);
  }
  const runIds = (await linesOf(text)).map((line) => line.trim()).filter((line) => line !== '');
  if (runIds.length === 0) throw usage(`--runs ${text} is a file without a run id: give ${FORMS}`);
  return { kind: 'ids', runIds: [...new Set(runIds)] };
}

async function linesOf(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n');
  } catch (cause) {
    throw usage(`--runs ${path} cannot be read as a file (${(cause as Error).message}): give ${FORMS}`);
  }
}

export interface ChosenRuns {
  /** By market time, the oldest first. */
  readonly runs: readonly CycleRef[];
  /** Of other markets than the one that runs here: their candles are not at hand. */
  readonly elsewhere: number;
}

/**
 * @throws AppError `not_found` when an id names no cycle with a record, when a desk has none, and when nothing is left
 * on this market
 */
export async function chooseRuns(
  filter: RunsFilter,
  rows: Pick<EvaluatedRuns, 'cycles'>,
  { desk, isHere }: { readonly desk: string | undefined; readonly isHere: (deskId: string) => boolean },
): Promise<ChosenRuns> {
  const found = await rows.cycles(askedOf(filter));
  if (filter.kind === 'ids') assertFound(filter.runIds, found);
  const ofDesk = desk === undefined ? found : found.filter(({ deskId }) => deskId === desk);
  const here = ofDesk.filter(({ deskId }) => isHere(deskId));
  const newest = filter.kind === 'newest' ? here.slice(0, filter.count) : here;
  const elsewhere = ofDesk.length - here.length;
  if (newest.length === 0) throw nothingFound(desk, elsewhere, found);
  const runs = newest.toSorted(
    (left, right) => left.asOfMs - right.asOfMs || (left.runId < right.runId ? -1 : 1),
  );
  return { runs, elsewhere };
}

function askedOf(filter: RunsFilter): Parameters<EvaluatedRuns['cycles']>[0] {
  if (filter.kind === 'span') return { fromMs: filter.fromMs, toMs: filter.toMs };
  return filter.kind === 'ids' ? { runIds: filter.runIds } : {};
}

function assertFound(runIds: readonly string[], found: readonly CycleRef[]): void {
  const known = new Set(found.map(({ runId }) => runId));
  const missing = runIds.filter((runId) => !known.has(runId));
  if (missing.length === 0) return;
  const shown = missing.slice(0, 3).join(', ');
  throw new AppError(
    'not_found',
    `${missing.length} of ${runIds.length} runs are no cycles with a record, such as ${shown}: leave them out`,
    { context: { missing } },
  );
}

function nothingFound(desk: string | undefined, elsewhere: number, found: readonly CycleRef[]): AppError {
  if (elsewhere > 0)
    return new AppError(
      'not_found',
      `all ${elsewhere} cycles ran on another market than the one configured here, and its candles are not at hand: set VIGIL_MARKET, VIGIL_DATA, VIGIL_SYMBOLS and VIGIL_SEED as they were`,
    );
  const desks = [...new Set(found.map(({ deskId }) => deskId))].slice(0, 8);
  if (desk !== undefined && desks.length > 0)
    return new AppError(
      'not_found',
      `desk ${desk} has none of these cycles; they are of ${desks.join(', ')}`,
    );
  return new AppError(
    'not_found',
    'there is no cycle with a record among those: run some first, or widen --runs',
  );
}
