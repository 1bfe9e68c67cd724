/** A fork somebody asks for: refused by name where it cannot be, else written down to be taken up by a worker. */
import { priceOf } from '#agents/model-capabilities.ts';
import type { PromptOverrides } from '#db/repositories/override-set.ts';
import { AppError } from '#domain/errors.ts';
import { isoTime } from '#domain/time.ts';
import { type ForkNode, stateBefore } from '#graphs/state-before.ts';
import type { Container } from '../container.ts';
import { wallClock } from '../wall-clock.ts';
import { frozenMarket } from './decide-again.ts';
import { marketKeyOf, mayRunOn } from './market-desks.ts';
import { isModelConfigured } from './models.ts';
import { effectiveMode } from './spending-mode.ts';

export interface ForkRequest {
  readonly runId: string;
  readonly fromNode: ForkNode;
  readonly promptVersions: PromptOverrides;
  /** Null: the rules alone; absent: the configured one. */
  readonly model?: string | null;
  readonly actor: string;
}

/**
 * Gives the id of the queued fork.
 * @throws AppError `not_found` for a run, prompt, version or label; `conflict` for what cannot be decided again here
 */
export async function openFork(container: Container, request: ForkRequest): Promise<string> {
  const { rows, snapshots, ids } = container;
  const { fromNode, promptVersions, actor } = request;
  const record = await forkable(container, request.runId);
  stateBefore(record, fromNode);
  const model = await modelFor(container, request);
  await frozenMarket(record, snapshots);
  const nowMs = wallClock.nowMs();
  const set = await rows.prompts.overrideSet(record.promptSetId, promptVersions, nowMs);
  const runId = ids.next('run');
  await rows.trials.open({
    ...{ runId, kind: 'fork', forkOf: record.runId, forkFrom: fromNode, model, actor },
    ...{ deskId: record.deskId, question: null, seed: record.seed },
    symbols: record.observed?.symbols ?? [],
    ...{ status: 'queued', startedAtMs: nowMs, owner: null },
    promptSetId: set.promptSetId,
    versions: Object.fromEntries(Object.entries(set.prompts).map(([name, { version }]) => [name, version])),
  });
  return runId;
}

async function forkable({ rows, source }: Container, runId: string) {
  const run = await rows.runs.get(runId);
  if (run === null) throw new AppError('not_found', `there is no run "${runId}"`, { context: { runId } });
  const refuse = (why: string) => new AppError('conflict', `run "${runId}" ${why}`);
  if (run.forkOf !== null)
    throw refuse(`decides run ${run.forkOf} again: fork that one, and the two can be compared`);
  if (run.kind !== 'cycle')
    throw refuse('is an analysis, which decides on no trade: ask again with POST /api/analyses');
  if (!mayRunOn(source.key, run.deskId))
    throw refuse(
      `saw the market ${marketKeyOf(run.deskId)}, and this is ${source.key}: start Vigil with that market's VIGIL_MARKET and VIGIL_DATA`,
    );
  if (run.finishedAtMs === null) throw refuse(`is ${run.status}: it can be decided again once it has ended`);
  if (run.thinnedAtMs !== null)
    throw refuse(
      `was thinned at ${isoTime(run.thinnedAtMs)}: its candles are gone (VIGIL_KEEP_HELD_DAYS says how long they stay)`,
    );
  const record = await rows.runs.record(runId);
  if (record === null) throw refuse(`is ${run.status} and left no record`);
  return record;
}

async function modelFor({ config, rows }: Container, { model }: ForkRequest): Promise<string | null> {
  if (model === null) return null;
  const { llm } = config;
  if (isModelConfigured(llm)) {
    if (model !== undefined) assertHeldByBudget(model, llm);
    const isFree = effectiveMode(llm, await rows.spendingSwitch.read()) === 'free';
    return model ?? (isFree ? null : llm.model);
  }
  if (model === undefined) return null;
  throw new AppError(
    'conflict',
    `model ${model} cannot be asked, as no model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL, or leave the model out and the rules decide`,
  );
}

/** Beside a priced model the budget is a limit that holds; a name without a price would go around it. */
function assertHeldByBudget(model: string, { model: own, baseUrl, price }: Container['config']['llm']): void {
  if (model === own || priceOf(own, baseUrl, price) === null || priceOf(model, baseUrl, null) !== null)
    return;
  throw new AppError(
    'conflict',
    `model ${model} has no known price, so the budget that holds ${own} could not hold it: name a model with a listed price, or make it the configured one (LLM_MODEL with LLM_PRICE_INPUT_USD and LLM_PRICE_OUTPUT_USD)`,
  );
}
