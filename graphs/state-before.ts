/** The state a cycle had before one of its nodes, rebuilt from its record: where a fork or a shadow begins. */
import { AppError } from '#domain/errors.ts';
import { ExecutionPlan } from '#domain/opinion.ts';
import { type CycleRecord, NodeName } from '#domain/run.ts';
import { type CycleState, initialState, type RunRequest } from './state.ts';

/**
 * A node a run can be decided again from: what is observed is frozen, what a halt does needs a venue, and nobody is asked
 * for approval a second time. What a person said stays said.
 */
export const ForkNode = NodeName.exclude(['observe', 'protect', 'close', 'approval', 'record']);
export type ForkNode = (typeof ForkNode.options)[number];

/**
 * What this run carried when it came to `node`, under its own request; what its nodes took and cost until then stays
 * with it. @throws AppError `conflict` for a run that has nothing to be decided again there
 */
export function stateBefore(record: CycleRecord, node: ForkNode): CycleState {
  const { runId, observed, market } = record;
  if (record.kind !== 'cycle')
    throw new AppError(
      'conflict',
      `run ${runId} is no cycle (${record.kind}): only a cycle can be decided again`,
    );
  if (market === null)
    throw new AppError(
      'conflict',
      `run ${runId} saw no market (${record.reason}): there is nothing to decide again`,
    );
  if (observed === undefined)
    throw new AppError(
      'conflict',
      `run ${runId} is too old to be decided again: its record does not tell the book it saw; choose a run of this version`,
    );
  assertReached(record, node);
  const isAfter = (name: NodeName) => positionOf(node) > positionOf(name);
  const { positions, openEntries, unknownOutcomes, unread, assessed } = observed;
  const { level, breakerReasons, tradingState } = record;
  const seen = { market, observed };
  const state: CycleState = {
    ...initialState(requestOf(record, seen)),
    ...{ snapshot: market, observed, unread, positions, openEntries, unknownOutcomes },
    account: record.account.before,
    tradingState: observed.tradingState,
    ...(isAfter('qtable') && { qAdvice: record.qAdvice }),
    ...(isAfter('breaker') && assessed && { level: assessed.level, breakerReasons: assessed.reasons }),
    ...(isAfter('breaker') && assessed && { tradingState: assessed.tradingState }),
    ...(isAfter('guardian') && { level, breakerReasons, tradingState }),
    ...(isAfter('scanner') && { subjects: record.subjects, moot: record.moot ?? [] }),
    ...(isAfter('propose') && { proposals: record.proposals, withheld: record.withheld }),
    opinions: record.opinions.filter(({ agent }) => isAfter(agent)),
    verdicts: record.verdicts.filter(({ stage }) => isAfter(stage)),
  };
  return isAfter('executor') ? { ...state, plans: plansOf(record) } : state;
}

function requestOf(
  { runId, deskId, kind, mode, question, seed, promptSetId, startedAtMs }: CycleRecord,
  {
    market,
    observed,
  }: { market: NonNullable<CycleRecord['market']>; observed: NonNullable<CycleRecord['observed']> },
): RunRequest {
  const { symbols } = observed;
  const marketNowMs = market.asOfMs;
  return { runId, deskId, kind, mode, question, seed, promptSetId, startedAtMs, symbols, marketNowMs };
}

function assertReached({ runId, nodes, outcome, reason }: CycleRecord, node: ForkNode): void {
  const walked = [...new Set(nodes.map(({ name }) => name))];
  if (walked.includes(node)) return;
  throw new AppError(
    'conflict',
    `run ${runId} never came to ${node}: it went ${walked.join(', ')} and ended ${outcome} (${reason})`,
    { context: { walked } },
  );
}

function positionOf(node: NodeName): number {
  return NodeName.options.indexOf(node);
}

function plansOf({ opinions }: CycleRecord): CycleState['plans'] {
  const said = opinions.find(({ agent }) => agent === 'executor');
  const parsed = ExecutionPlan.safeParse(said?.answer);
  return parsed.success ? parsed.data.plans : [];
}
