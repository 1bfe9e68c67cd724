/** Starts runs: the scheduled tick, the cycle or the analysis somebody asked for. */
import { createHash } from 'node:crypto';
import { AppError } from '#domain/errors.ts';
import type { Desk } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { parseSymbol } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import { PROMPT_NAMES } from '#prompts/prompt-variables.ts';
import type { Container } from '../container.ts';
import { lacksProduction } from '../prompts/lacks-production.ts';
import type { WorkQueue } from '../queues/queue.ts';
import { wallClock } from '../wall-clock.ts';
import { withCandidates } from './candidates.ts';
import { marketKeyOf, mayRunOn } from './market-desks.ts';

export type CycleStart =
  | { readonly runId: string }
  | { readonly skipped: true; readonly runningRunId: string };

/** Refuses symbols the market does not offer, naming them and what there is. */
export async function assertOffered(
  symbols: readonly MarketSymbol[],
  { source }: Pick<Container, 'source'>,
): Promise<void> {
  const offered = (await source.market.instruments()).map(({ symbol }) => symbol);
  const unknown = symbols.filter((symbol) => !offered.includes(symbol));
  if (unknown.length === 0) return;
  const shown = offered.slice(0, 12).join(', ') + (offered.length > 12 ? ', …' : '');
  throw new AppError(
    'symbol_unknown',
    `${source.market.source.name} does not offer ${unknown.join(', ')}; it has ${shown} (VIGIL_SYMBOLS names the universe)`,
    {
      context: { unknown },
    },
  );
}

/**
 * Writes the row of a cycle; a desk whose cycle still runs is told which one.
 * @throws AppError `not_found`, `market_finished`, `conflict` for a desk that lives on another market
 */
export async function openCycle(container: Container, deskId: string, runId: string): Promise<CycleStart> {
  const { marketClock, source } = container;
  const desk = await container.rows.desks.get(deskId);
  if (desk === null) throw new AppError('not_found', `desk ${deskId} does not exist`);
  if (!mayRunOn(source.key, deskId)) {
    throw new AppError(
      'conflict',
      `desk ${deskId} lives on the market ${marketKeyOf(deskId)}, not on ${source.key}: start Vigil with that market's VIGIL_MARKET and VIGIL_DATA`,
    );
  }
  if (marketClock.isFinished()) {
    throw new AppError(
      'market_finished',
      `the ${source.market.source.name} has come to its end at ${isoTime(marketClock.nowMs())}: there is nothing left to decide`,
    );
  }
  const started = await openRun(container, {
    runId,
    deskId,
    kind: 'cycle',
    question: null,
    symbols: watchedBy(desk, container),
  });
  return started.started ? { runId } : { skipped: true, runningRunId: started.runningRunId };
}

/** A desk's symbols; the market's own desk watches the candidates of its venue as well. */
function watchedBy({ deskId, symbols }: Desk, { source, defaultDeskId }: Container): readonly MarketSymbol[] {
  if (deskId !== defaultDeskId) return symbols;
  return withCandidates(symbols, source.candidates);
}

export async function startCycle(
  container: Container,
  queue: WorkQueue,
  deskId: string,
): Promise<CycleStart> {
  const opened = await openCycle(container, deskId, container.ids.next('run'));
  if ('runId' in opened) await queue.enqueueRun(opened.runId);
  return opened;
}

export async function openAnalysis(
  container: Container,
  request: { readonly symbols: readonly MarketSymbol[]; readonly question: string | null },
): Promise<string> {
  await assertOffered(request.symbols, container);
  const runId = container.ids.next('run');
  await openRun(container, { runId, deskId: container.defaultDeskId, kind: 'analysis', ...request });
  return runId;
}

/** One tick of a desk's scheduler. A tick that meets a running cycle is skipped and counted. */
export async function tick(container: Container, deskId: string, jobId: string): Promise<void> {
  const { rows, engine, marketClock, metrics, logger } = container;
  const desk = await rows.desks.get(deskId);
  if (desk === null || desk.paused || marketClock.isFinished()) return;
  // A job that is delivered again after its worker died names the same run, and so resumes it.
  const opened = await openCycle(container, deskId, runIdOfJob(jobId));
  if ('runId' in opened) {
    await engine.execute(opened.runId);
    return;
  }
  await rows.desks.countSkippedTick(deskId);
  metrics.ticksSkipped.inc();
  logger.info({ deskId, runningRunId: opened.runningRunId }, 'tick skipped: a cycle is running');
}

/** `repeat:desk:1763690400000` → an id that sorts by the tick's time. */
export function runIdOfJob(jobId: string): string {
  const atMs = Number(/(\d{13})$/.exec(jobId)?.[1] ?? 0);
  const digest = createHash('sha256').update(jobId).digest('hex');
  return `run_${atMs.toString(36)}-${digest.slice(0, 8)}`;
}

async function openRun(
  { rows, config, logger }: Container,
  run: {
    readonly runId: string;
    readonly deskId: string;
    readonly kind: 'cycle' | 'analysis';
    readonly question: string | null;
    readonly symbols: readonly string[];
  },
) {
  const nowMs = wallClock.nowMs();
  const { promptSetId, prompts } = await rows.prompts.resolveSet('production', nowMs);
  const missing = PROMPT_NAMES.filter((name) => prompts[name] === undefined);
  if (missing.length > 0) {
    const failure = lacksProduction(missing);
    if (run.kind === 'analysis') throw failure;
    // A cycle goes on and opens nothing: closes and protection wait for no prompt.
    logger.error({ runId: run.runId, err: failure }, 'prompts are missing: agents decide by their rules');
  }
  const symbols = run.symbols.map(parseSymbol);
  return rows.runs.start({
    ...run,
    symbols,
    status: 'queued',
    startedAtMs: nowMs,
    seed: config.market.seed,
    promptSetId,
    owner: null,
  });
}
