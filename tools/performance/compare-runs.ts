/** What two runs decided otherwise, step by step, out of their records alone. */
import { decimal } from '#domain/decimal.ts';
import type { ExecutionPlan, GuardianOpinion, Opinion } from '#domain/opinion.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { type CycleRecord, NodeName } from '#domain/run.ts';
import type {
  Compared,
  ComparedField,
  ComparedRun,
  Difference,
  MeantOrder,
  RunComparison,
} from '#domain/run-comparison.ts';
import { tallyOf } from './tally-run.ts';

/** Floating point leaves no more than this of a number that did not change. */
const NOISE_FRACTION = 1e-9;

/** The steps that decide: what comes before looks, and what comes after is the venue's business. */
const DECIDING: readonly NodeName[] = [
  'guardian',
  'scanner',
  'context',
  'propose',
  'gate',
  'risk',
  'executor',
];

/**
 * Holds `run` against `other`, normally the run it decides again. Decisions are compared, and numbers beyond the noise of
 * floating point; prose, times, ids and what the venue answered are not. O(subjects + proposals).
 */
export function compareRuns(run: CycleRecord, other: CycleRecord): RunComparison {
  const differences = [...differencesOf(other, run)].sort(
    (left, right) => positionOf(left.node) - positionOf(right.node),
  );
  const sides = { run: comparedRun(run), with: comparedRun(other) };
  const directions = (orders: readonly MeantOrder[]) => orders.map(({ proposalId }) => proposalId).sort();
  return {
    ...sides,
    isSameMarket: run.market?.snapshotId === other.market?.snapshotId,
    isEqual: differences.length === 0,
    isSameOrders: directions(sides.run.orders).join() === directions(sides.with.orders).join(),
    firstDifference: differences[0]?.node ?? null,
    differences,
  };
}

/** The orders a run's decisions come to, by what was decided before the placement. */
export function meantOrders(record: CycleRecord): MeantOrder[] {
  const { proposals, verdicts, opinions } = record;
  if (DECIDING.some((node) => errorAt(record, node) !== null)) return [];
  const plans = plansOf(opinions);
  return proposals.flatMap(({ proposalId, kind, symbol, side }) => {
    const verdict = lastVerdict(verdicts, proposalId);
    if (verdict === undefined || verdict.outcome === 'denied') return [];
    const style = plans.get(proposalId)?.style ?? 'market';
    return [{ proposalId, kind, symbol, side, quantityBase: verdict.quantityBase, style }];
  });
}

function comparedRun(record: CycleRecord): ComparedRun {
  const { runId, kind, promptSetId, outcome, reason } = record;
  const orders = meantOrders(record);
  return { runId, kind, promptSetId, outcome, reason, orders, tally: tallyOf(record, orders.length) };
}

function* differencesOf(was: CycleRecord, is: CycleRecord): Generator<Difference> {
  yield* desk('breaker', 'level', was, is, ({ observed }) => observed?.assessed?.level ?? null);
  yield* desk('guardian', 'ask', was, is, guardianAsk);
  yield* desk('guardian', 'level', was, is, ({ level }) => level);
  yield* desk('guardian', 'tradingMode', was, is, ({ tradingState }) => tradingState.mode);
  yield* subjectsBetween(was.subjects, is.subjects);
  yield* bySymbol(contextsOf(was), contextsOf(is), {
    stance: ['context', ({ stance }) => stance],
    conviction: ['context', ({ conviction }) => conviction],
  });
  yield* bySymbol(byId(was.proposals), byId(is.proposals), PROPOSAL_FIELDS);
  yield* bySymbol(withheldOf(was), withheldOf(is), { withheld: ['propose', ({ code }) => code] });
  for (const stage of ['gate', 'risk'] as const)
    yield* bySymbol(verdictsAt(was, stage), verdictsAt(is, stage), {
      outcome: [stage, ({ outcome }) => outcome],
      quantityBase: [stage, ({ quantityBase }) => amount(quantityBase)],
      codes: [stage, ({ findings }) => findings.map(({ code }) => code)],
    });
  yield* bySymbol(symbolised(was), symbolised(is), {
    style: ['executor', ({ style }) => style],
    deadlineMs: ['executor', ({ deadlineMs }) => deadlineMs],
  });
  yield* bySymbol(byId(meantOrders(was)), byId(meantOrders(is)), {
    order: ['place', ({ kind, side, quantityBase }) => `${kind} ${side} ${amountText(quantityBase)}`],
  });
  for (const node of DECIDING) yield* desk(node, 'error', was, is, (record) => errorAt(record, node));
}

type Field<Entry> = readonly [node: NodeName, read: (entry: Entry) => Compared];
interface Keyed {
  readonly symbol: string;
}

const PROPOSAL_FIELDS: Partial<Record<ComparedField, Field<TradeProposal>>> = {
  proposal: ['propose', ({ kind, side }) => `${kind} ${side}`],
  conviction: ['propose', ({ conviction }) => conviction],
  quantityBase: ['propose', ({ quantityBase }) => amount(quantityBase)],
  entryPriceQuote: ['propose', ({ entryPriceQuote }) => amount(entryPriceQuote)],
  stopPriceQuote: ['propose', ({ stopPriceQuote }) => amount(stopPriceQuote)],
  targetPriceQuote: ['propose', ({ targetPriceQuote }) => amount(targetPriceQuote)],
  leverage: ['propose', ({ leverage }) => leverage],
};

function* desk(
  node: NodeName,
  field: ComparedField,
  before: CycleRecord,
  after: CycleRecord,
  read: (record: CycleRecord) => Compared,
): Generator<Difference> {
  const [was, is] = [read(before), read(after)];
  if (!isSame(was, is)) yield { node, symbol: null, field, was, is };
}

/** Entries of both sides by their key; one that a side lacks differs in the first of its fields alone. */
function* bySymbol<Entry extends Keyed>(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  fields: Partial<Record<ComparedField, Field<Entry>>>,
): Generator<Difference> {
  const read = Object.entries(fields) as [ComparedField, Field<Entry>][];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    const isOnBoth = old !== undefined && now !== undefined;
    for (const [field, [node, of]] of isOnBoth ? read : read.slice(0, 1)) {
      const [was, is] = [old === undefined ? null : of(old), now === undefined ? null : of(now)];
      const symbol = (old ?? now)?.symbol ?? null;
      if (!isSame(was, is)) yield { node, symbol, field, was, is };
    }
  }
}

function* subjectsBetween(was: readonly string[], is: readonly string[]): Generator<Difference> {
  const isSameSet = isSame(was.toSorted(), is.toSorted());
  const field = isSameSet ? 'ranking' : 'subjects';
  if (!isSame([...was], [...is])) yield { node: 'scanner', symbol: null, field, was: [...was], is: [...is] };
}

function isSame(was: Compared, is: Compared): boolean {
  if (typeof was === 'number' && typeof is === 'number')
    return Math.abs(was - is) <= NOISE_FRACTION * Math.max(1e-6, Math.abs(was), Math.abs(is));
  if (Array.isArray(was) && Array.isArray(is)) return was.join('\n') === is.join('\n');
  return was === is;
}

function guardianAsk({ opinions }: CycleRecord): Compared {
  const said = opinions.find(({ agent }) => agent === 'guardian')?.answer as GuardianOpinion | undefined;
  return said?.ask ?? null;
}

function contextsOf({ opinions }: CycleRecord) {
  const said = opinions.flatMap(({ agent, symbol, answer }) =>
    agent === 'context' && symbol !== null && 'conviction' in answer
      ? [{ symbol, stance: answer.stance, conviction: answer.conviction }]
      : [],
  );
  return new Map(said.map((opinion) => [opinion.symbol, opinion]));
}

function byId<Entry extends Keyed & { readonly proposalId: string }>(entries: readonly Entry[]) {
  return new Map(entries.map((entry) => [entry.proposalId, entry]));
}

function withheldOf({ withheld }: CycleRecord) {
  return new Map(withheld.map((entry) => [entry.symbol, entry]));
}

function verdictsAt({ verdicts }: CycleRecord, stage: Verdict['stage']) {
  return byId(verdicts.filter((verdict) => verdict.stage === stage));
}

function lastVerdict(verdicts: readonly Verdict[], proposalId: string): Verdict | undefined {
  const own = verdicts.filter((verdict) => verdict.proposalId === proposalId);
  return own.find(({ stage }) => stage === 'risk') ?? own.find(({ stage }) => stage === 'gate');
}

function plansOf(opinions: readonly Opinion[]): Map<string, ExecutionPlan['plans'][number]> {
  const answer = opinions.find(({ agent }) => agent === 'executor')?.answer;
  const plans = answer !== undefined && 'plans' in answer ? answer.plans : [];
  return new Map(plans.map((plan) => [plan.proposalId, plan]));
}

/** Plans of proposals there are, with the symbols those name. */
function symbolised({ opinions, proposals }: CycleRecord) {
  const plans = plansOf(opinions);
  const known = proposals.flatMap(({ proposalId, symbol }) => {
    const plan = plans.get(proposalId);
    return plan === undefined ? [] : [{ ...plan, symbol }];
  });
  return byId(known);
}

function errorAt({ nodes }: CycleRecord, node: NodeName): Compared {
  return nodes.find(({ name, error }) => name === node && error !== null)?.error?.code ?? null;
}

/** As a number, so that `0.50` and `0.5` are the same. */
function amount(text: string | null): number | null {
  return text === null ? null : Number(text);
}

function amountText(text: string): string {
  return decimal(text).toFixed();
}

function positionOf(node: NodeName): number {
  return NodeName.options.indexOf(node);
}
