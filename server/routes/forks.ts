import { createRoute, z } from '@hono/zod-openapi';
import { PERSON } from '#domain/audit.ts';
import { AppError } from '#domain/errors.ts';
import { VersionResult } from '#domain/prompt-trial.ts';
import type { CycleRecord } from '#domain/run.ts';
import { RunsBeside } from '#domain/run-comparison.ts';
import { ForkNode } from '#graphs/state-before.ts';
import { compareRuns } from '#tools/performance/compare-runs.ts';
import { comparePrompts, compareSteps } from '#tools/performance/compare-steps.ts';
import { sumTrials } from '#tools/performance/sum-trials.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { EventHub } from '../events/event-hub.ts';
import {
  bodyOf,
  Identifier,
  jsonOf,
  pageSchema,
  RunParams,
  refusals,
  StartedRun,
  wholePage,
} from '../http/openapi.ts';
import type { Router } from '../http/router.ts';
import { RunAnswer, readRun, recordOf, runNotFound } from './run-answer.ts';
import { runEnds, WaitQuery } from './run-ends.ts';

const ForkBody = z.strictObject({
  fromNode: ForkNode.describe('What the nodes before it did stays as it was.'),
  promptVersions: z
    .record(z.string().min(1).max(60), z.union([z.number().int().positive(), z.string().min(1).max(60)]))
    .optional()
    .describe('By prompt, the number of a version or a label; the others stay those of the run.'),
  model: z
    .string()
    .regex(/^\S{1,120}$/, 'must be a model’s name')
    .nullable()
    .optional()
    .describe('Another model of the same provider; null lets the rules decide.'),
});

const forkRun = createRoute({
  method: 'post',
  path: '/api/runs/{id}/fork',
  tags: ['Runs'],
  summary: 'Decides a past cycle again from one of its nodes on, on the market it saw; sends nothing',
  description: 'With `wait` the answer is the finished fork when it ends in time, else 202 as without it.',
  request: { params: RunParams, query: WaitQuery, body: bodyOf(ForkBody) },
  responses: {
    200: jsonOf(RunAnswer, 'The fork, finished within the wait.'),
    202: jsonOf(StartedRun, 'Started; Location leads to the fork.'),
    ...refusals(
      'request_invalid',
      'not_found',
      'conflict',
      'payload_too_large',
      'idempotency_mismatch',
      'queue_unavailable',
    ),
  },
});

const compareRun = createRoute({
  method: 'get',
  path: '/api/runs/{id}/comparison',
  tags: ['Runs'],
  summary: 'What a run decided otherwise than another one: the first step that differs, and the numbers',
  request: { params: RunParams, query: z.object({ with: Identifier.optional() }) },
  responses: {
    200: jsonOf(RunsBeside, 'The comparison; `with` is by default the run that this one decides again.'),
    ...refusals('request_invalid', 'not_found', 'conflict'),
  },
});

const promptResults = createRoute({
  method: 'get',
  path: '/api/prompts/{name}/results',
  tags: ['Prompts'],
  summary: 'What each version of a prompt did beside the one that decides, in forks and shadows, added up',
  request: { params: z.object({ name: Identifier }) },
  responses: {
    200: jsonOf(pageSchema(VersionResult), 'A line for each version and model, the newest version first.'),
    ...refusals('not_found'),
  },
});

type Deps = Pick<ApiDeps, 'runs' | 'lineage' | 'prompts' | 'startFork' | 'promptTrials' | 'clock'>;

export function forkRoutes(app: Router, deps: Deps, hub: EventHub): void {
  const { runs, prompts } = deps;

  app.openapi(forkRun, async (context) => {
    const { fromNode, promptVersions = {}, model } = context.req.valid('json');
    const { id } = context.req.valid('param');
    const { wait } = context.req.valid('query');
    const asked = {
      runId: id,
      fromNode,
      promptVersions,
      actor: PERSON,
      ...(model !== undefined && { model }),
    };
    const { runId } = await deps.startFork(asked);
    context.header('Location', `/api/runs/${encodeURIComponent(runId)}`);
    if (await runEnds(runId, wait, context.req.raw.signal, deps, hub))
      return context.json(await readRun(runs, runId), 200);
    return context.json({ runId }, 202);
  });

  app.openapi(compareRun, async (context) => {
    const { id } = context.req.valid('param');
    const run = await runs.get(id);
    if (run === null) throw runNotFound(id);
    const other = context.req.valid('query').with ?? run.forkOf;
    if (other === null)
      throw new AppError(
        'request_invalid',
        `run "${id}" decides no other run again: name the one to hold it against, as in ?with=RUN`,
      );
    return context.json(await comparisonOf(deps, id, other), 200);
  });

  app.openapi(promptResults, async (context) => {
    const { name } = context.req.valid('param');
    if ((await prompts.get(name)) === null) throw new AppError('not_found', `there is no prompt "${name}"`);
    return context.json(wholePage(sumTrials(name, await deps.promptTrials(name))), 200);
  });
}

/** Cycles, forks and shadows decide the same things, and an analysis others. */
async function comparisonOf(
  { runs, lineage }: Pick<ApiDeps, 'runs' | 'lineage'>,
  id: string,
  other: string,
): Promise<RunsBeside> {
  const [record, held] = await Promise.all([recordOf(runs, id), recordOf(runs, other)]);
  if ((record.kind === 'analysis') !== (held.kind === 'analysis'))
    throw new AppError(
      'conflict',
      `run "${id}" is of kind ${record.kind} and run "${other}" of kind ${held.kind}: they decide different things`,
    );
  const sources = await lineage.sources([id, other]);
  const traceOf = (of: CycleRecord) => {
    const { calls = [], promptVersions = null } = sources.find(({ runId }) => runId === of.runId) ?? {};
    return { record: of, calls, promptVersions };
  };
  const [run, beside] = [traceOf(record), traceOf(held)];
  return {
    ...compareRuns(record, held),
    steps: compareSteps(run, beside),
    prompts: comparePrompts(run, beside),
  };
}
