import { Annotation } from '@langchain/langgraph/web';
import type { Opinion } from '#domain/opinion.ts';
import type { Verdict } from '#domain/proposal.ts';
import type { NodeTrace } from '#domain/run.ts';
import type { SpendingStep } from '#domain/spending.ts';
import { type CycleState, MERGED_FIELDS, mergeByKey } from './state.ts';

function last<Value>() {
  return Annotation<Value>();
}

/** For a field that the checkpoint of a run an older version began does not have. */
function lastOr<Value>(before: Value) {
  return Annotation<Value>({ reducer: (_current, added) => added, default: () => before });
}

function merged<Entry>(keyOf: (entry: Entry) => string) {
  return Annotation<readonly Entry[]>({
    reducer: (current, added) => mergeByKey(current, added, keyOf),
    default: () => [],
  });
}

/** The state as LangGraph's channels. Fields that parallel tasks write merge by key, as `applyPatch` does. */
export const CycleChannels = Annotation.Root({
  request: last<CycleState['request']>(),
  snapshot: last<CycleState['snapshot']>(),
  observed: lastOr<CycleState['observed']>(null),
  account: last<CycleState['account']>(),
  unread: lastOr<CycleState['unread']>(null),
  accountAfter: last<CycleState['accountAfter']>(),
  positions: last<CycleState['positions']>(),
  openEntries: lastOr<CycleState['openEntries']>([]),
  unknownOutcomes: last<CycleState['unknownOutcomes']>(),
  qAdvice: last<CycleState['qAdvice']>(),
  level: last<CycleState['level']>(),
  breakerReasons: last<CycleState['breakerReasons']>(),
  tradingState: last<CycleState['tradingState']>(),
  subjects: last<CycleState['subjects']>(),
  moot: lastOr<CycleState['moot']>([]),
  opinions: merged<Opinion>(MERGED_FIELDS.opinions),
  proposals: last<CycleState['proposals']>(),
  withheld: lastOr<CycleState['withheld']>([]),
  verdicts: merged<Verdict>(MERGED_FIELDS.verdicts),
  plans: last<CycleState['plans']>(),
  asked: lastOr<CycleState['asked']>(null),
  intents: last<CycleState['intents']>(),
  orders: last<CycleState['orders']>(),
  notes: last<CycleState['notes']>(),
  failure: Annotation<CycleState['failure']>({
    reducer: (current, added) => current ?? added,
    default: () => null,
  }),
  traces: merged<NodeTrace>(MERGED_FIELDS.traces),
  allowance: lastOr<CycleState['allowance']>(null),
  spendingSteps: merged<SpendingStep>(MERGED_FIELDS.spendingSteps),
  usage: Annotation<CycleState['usage']>({
    reducer: (current, added) => ({ ...current, ...added }),
    default: () => ({}),
  }),
});
