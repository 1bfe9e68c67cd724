/**
 * What versions labelled `candidate` would have done: after each cycle of this market's desks a run of its own decides it
 * again with them. It is begun when the cycle is over, waits in a queue of its own, and never for long: a desk has one at most.
 */
import { ABSTENTIONS } from '#domain/abstention.ts';
import { AppError } from '#domain/errors.ts';
import { AbstentionReason, type Opinion } from '#domain/opinion.ts';
import { type CycleRecord, NodeName } from '#domain/run.ts';
import { DAY_MS } from '#domain/time.ts';
import { type ForkNode, stateBefore } from '#graphs/state-before.ts';
import type { Container } from '../container.ts';
import type { WorkQueue } from '../queues/queue.ts';
import { wallClock } from '../wall-clock.ts';
import { isModelConfigured } from './models.ts';
import { createPendingWork } from './pending-work.ts';
import { effectiveMode } from './spending-mode.ts';

const CANDIDATE = 'candidate';
/** The rest of a day's budget is the cycles' own. */
const BUDGET_USED_FRACTION = 0.8;
/** Behind what a person has asked for. */
const SHADOW_PRIORITY = 10;

export type ShadowContainer = Pick<Container, 'rows' | 'config' | 'ids' | 'logger' | 'source'>;

/** Follows each cycle this process ends with a shadow, until it is stopped; no cycle waits for that. */
export function followWithShadows(
  container: ShadowContainer & Pick<Container, 'afterCycle'>,
  aside: Pick<WorkQueue, 'enqueueRun'>,
): { settled(): Promise<void> } {
  const { logger } = container;
  const pending = createPendingWork();
  container.afterCycle((cycleId) => {
    const begun = openShadow(container, cycleId).then(async (opened) => {
      if ('runId' in opened) await aside.enqueueRun(opened.runId, { priority: SHADOW_PRIORITY });
      else logger.debug({ runId: cycleId, why: opened.skipped }, 'no shadow');
    });
    void pending
      .add(begun)
      .catch((err: unknown) => logger.warn({ err, runId: cycleId }, 'a shadow could not be begun'));
  });
  return pending;
}

export type ShadowOpening = { readonly runId: string } | { readonly skipped: string };

/** Writes the shadow of a cycle down, or says why there is none. */
export async function openShadow(container: ShadowContainer, cycleId: string): Promise<ShadowOpening> {
  const { rows, config, ids } = container;
  const run = await rows.runs.get(cycleId);
  if (run?.kind !== 'cycle' || run.status !== 'finished') return { skipped: 'the cycle did not finish' };
  const record = await rows.runs.record(cycleId);
  if (record === null) return { skipped: 'the cycle left no record' };
  const candidates = await candidatesBeside(record.promptSetId, container);
  if (Object.keys(candidates).length === 0) return { skipped: 'no other version is labelled candidate' };
  const from = firstAsked(record, Object.keys(candidates));
  if (from === null) return { skipped: 'no model was asked with a prompt that has a candidate' };
  if (isModelAway(record)) return { skipped: 'the model does not answer' };
  if (!isModelConfigured(config.llm)) return { skipped: 'no model is asked' };
  if (effectiveMode(config.llm, await rows.spendingSwitch.read()) === 'free')
    return { skipped: 'the mode is free: nobody is asked' };
  const nowMs = wallClock.nowMs();
  const runId = ids.next('run');
  const { dayUsd } = await rows.spending.committed({ runId, nowMs, dayFromMs: nowMs - (nowMs % DAY_MS) });
  if (!(dayUsd < config.llm.budgetUsdPerDay * BUDGET_USED_FRACTION))
    return { skipped: 'what is left of the day’s budget is the cycles’ own' };
  stateBefore(record, from);
  const set = await rows.prompts.overrideSet(record.promptSetId, candidates, nowMs);
  const isOpened = await rows.trials.open({
    ...{ runId, kind: 'shadow', forkOf: cycleId, forkFrom: from, model: config.llm.model, actor: 'shadow' },
    ...{ deskId: record.deskId, question: null, seed: record.seed },
    symbols: record.observed?.symbols ?? [],
    ...{ status: 'queued', startedAtMs: nowMs, owner: null },
    promptSetId: set.promptSetId,
    versions: Object.fromEntries(Object.entries(set.prompts).map(([name, { version }]) => [name, version])),
  });
  return isOpened ? { runId } : { skipped: 'another shadow of the desk is not over' };
}

/** Versions labelled candidate that are not those of the set, by prompt. */
async function candidatesBeside(
  promptSetId: string,
  { rows }: ShadowContainer,
): Promise<Record<string, number>> {
  const [all, set] = await Promise.all([rows.prompts.list(), rows.prompts.set(promptSetId)]);
  if (set === null) throw new AppError('not_found', `prompt set ${promptSetId} is not in the database`);
  const found: Record<string, number> = {};
  for (const { name, labels } of all) {
    const version = labels[CANDIDATE];
    const own = set.prompts[name]?.version;
    if (version !== undefined && own !== undefined && version !== own) found[name] = version;
  }
  return found;
}

/** The first agent a model was asked for whose prompt differs; the shared rules are part of every prompt. */
function firstAsked({ opinions }: CycleRecord, changed: readonly string[]): ForkNode | null {
  const isAll = changed.includes('rules');
  const asked = opinions
    .filter(({ decidedBy, abstention }) => decidedBy === 'model' || abstention !== null)
    .map(({ agent }) => agent)
    .filter((agent) => isAll || changed.includes(agent));
  const order = (agent: Opinion['agent']) => NodeName.options.indexOf(agent);
  return asked.toSorted((left, right) => order(left) - order(right))[0] ?? null;
}

function isModelAway({ llm }: CycleRecord): boolean {
  return AbstentionReason.options.some(
    (reason) => llm.abstentions[reason] !== undefined && ABSTENTIONS[reason].isModelAway,
  );
}
