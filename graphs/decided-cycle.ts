/** A record as the evaluation reads it: what was decided, by the model and by the rules alone. */
import type { CycleRecord } from '#domain/run.ts';
import type { DecidedCycle, Decisions } from '#tools/performance/decided-cycle.ts';
import { latestVerdict, passedProposals } from './nodes/decide.ts';

/** Why a record cannot be weighed. */
export type Unweighed = 'no_cycle' | 'failed' | 'no_rules_alone';

/** Failed cycles decided nothing, and a model's cycle whose rules alone are not known has nothing to stand against. */
export function decidedCycle(record: CycleRecord): DecidedCycle | Unweighed {
  const { runId, deskId, kind, outcome, market, rulesAlone, opinions } = record;
  if (kind !== 'cycle') return 'no_cycle';
  if (outcome === 'failed' || market === null) return 'failed';
  const isByModel = opinions.some(({ decidedBy }) => decidedBy === 'model');
  if (isByModel && rulesAlone === undefined) return 'no_rules_alone';
  const own = decisionsOf(record);
  return {
    ...{ runId, deskId, atMs: market.asOfMs, isByModel },
    model: own,
    rules: isByModel && rulesAlone !== undefined ? decisionsOf(rulesAlone) : own,
    // Closes by rules look at the sums alone; what they were added up from would fill the memory.
    signals: new Map(
      record.signals.map((signal) => [
        signal.symbol,
        { ...signal, readings: [], spikes: [], indicators: [] },
      ]),
    ),
    qAdvice: new Map(record.qAdvice.map((advice) => [advice.symbol, advice])),
    equityQuote: record.account.before?.equityQuote ?? null,
    costUsd: record.llm.costUsd,
  };
}

/** Up to the Risk agent: what a person answered, or the gate said at the placement, was not the model's decision. */
function decisionsOf({ proposals, verdicts }: Parameters<typeof passedProposals>[0]): Decisions {
  const decided = {
    proposals,
    verdicts: verdicts.filter(({ stage }) => stage === 'gate' || stage === 'risk'),
  };
  const passed = passedProposals(decided);
  return {
    opens: passed
      .filter(({ kind }) => kind === 'open')
      .map((proposal) => ({
        proposal,
        quantityBase: latestVerdict(decided, proposal)?.quantityBase ?? '0',
      })),
    closes: passed.filter(({ kind }) => kind === 'close').map(({ symbol }) => symbol),
  };
}
