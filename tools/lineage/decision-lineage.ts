/** What a run's record and trace tell of one symbol, put together link by link. Pure. */
import type { LineageCall, LineageDecision, LineageGap, LineageOpinion } from '#domain/lineage.ts';
import type { Opinion } from '#domain/opinion.ts';
import type { CycleRecord, NodeName, RunKind, RunStatus, Span } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { type EpochMs, isoTime } from '#domain/time.ts';

/** A run as far as its lineage needs it. */
export interface LineageSource {
  readonly runId: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly record: CycleRecord | null;
  readonly thinnedAtMs: EpochMs | null;
  /** By prompt; null where its set is not on record. */
  readonly promptVersions: Readonly<Record<string, number>> | null;
  readonly hasCandles: boolean;
  /** Oldest first. */
  readonly spans: readonly Pick<Span, 'spanId' | 'name' | 'symbol'>[];
  readonly calls: readonly CallKey[];
}

export type CallKey = LineageCall & { readonly agent: string; readonly symbol: string | null };

/** The symbols a run decided about: its subjects, and what it proposed beside them. */
export function symbolsDecided({ subjects, proposals }: CycleRecord): MarketSymbol[] {
  return [...new Set([...subjects, ...proposals.map(({ symbol }) => symbol)])];
}

/** Null for a run without a record. */
export function decisionAbout(symbol: MarketSymbol, source: LineageSource): LineageDecision | null {
  const { record, kind } = source;
  if (record === null) return null;
  const proposals = record.proposals.filter((proposal) => proposal.symbol === symbol);
  const ids = new Set(proposals.map(({ proposalId }) => proposalId));
  const { runId, outcome, reason, startedAtMs, market, approval } = record;
  const asked = approval?.asked.filter(({ proposal }) => ids.has(proposal.proposalId)) ?? [];
  return {
    ...{ runId, kind, outcome, reason, symbol, startedAtMs, proposals },
    market: market && {
      snapshotId: market.snapshotId,
      source: market.source,
      asOfMs: market.asOfMs,
      bars: market.bars,
    },
    signal: record.signals.find((signal) => signal.symbol === symbol) ?? null,
    qAdvice: record.qAdvice.find((advice) => advice.symbol === symbol) ?? null,
    opinions: opinionsAbout(symbol, ids, source, record),
    withheld: record.withheld.find((entry) => entry.symbol === symbol) ?? null,
    verdicts: record.verdicts.filter(({ proposalId }) => ids.has(proposalId)),
    approval: approval && asked.length > 0 ? { ...approval, asked } : null,
    spans: spansFor(symbol, source),
  };
}

/** What cannot be shown of a run, and why. */
export function gapsOf({
  runId,
  status,
  record,
  thinnedAtMs,
  promptVersions,
  hasCandles,
}: LineageSource): LineageGap[] {
  const gap = (link: LineageGap['link'], message: string): LineageGap => ({ link, subject: runId, message });
  if (record === null)
    return [gap('record', `run ${runId} is ${status} and left no record of what it decided`)];
  const gaps: LineageGap[] = [];
  if (thinnedAtMs !== null)
    gaps.push(
      gap(
        'trace',
        `run ${runId} was thinned at ${isoTime(thinnedAtMs)}: spans and words of models are gone, its record stands`,
      ),
    );
  if (record.market !== null && !hasCandles)
    gaps.push(gap('candles', `the candles run ${runId} saw are not kept: only their name and number are`));
  if (promptVersions === null)
    gaps.push(
      gap(
        'prompts',
        `prompt set ${record.promptSetId} of run ${runId} is not on record: versions are unknown`,
      ),
    );
  return gaps;
}

function opinionsAbout(
  symbol: MarketSymbol,
  proposalIds: ReadonlySet<string>,
  { promptVersions, spans, calls }: LineageSource,
  { opinions }: CycleRecord,
): LineageOpinion[] {
  return opinions.flatMap((opinion) => {
    const answer = partAbout(symbol, proposalIds, opinion);
    if (answer === null) return [];
    const { agent } = opinion;
    const version = promptVersions?.[agent];
    const own = (of: { readonly symbol: string | null }) => of.symbol === opinion.symbol;
    return {
      ...opinion,
      answer,
      spanId: spans.findLast((span) => span.name === agent && own(span))?.spanId ?? null,
      prompt: version === undefined ? null : { name: agent, version },
      calls: calls
        .filter((call) => call.agent === agent && own(call))
        .map(({ agent: _agent, symbol: _symbol, ...call }) => call),
    };
  });
}

/** An answer about several subjects is cut to this one; null where it says nothing of it. */
function partAbout(
  symbol: MarketSymbol,
  proposalIds: ReadonlySet<string>,
  { symbol: about, answer }: Opinion,
): Opinion['answer'] | null {
  if (about !== null) return about === symbol ? answer : null;
  if ('ranked' in answer) return { ...answer, ranked: answer.ranked.filter((row) => row.symbol === symbol) };
  const isAbout = ({ proposalId }: { readonly proposalId: string }) => proposalIds.has(proposalId);
  if ('reviews' in answer) {
    const reviews = answer.reviews.filter(isAbout);
    return reviews.length === 0 ? null : { ...answer, reviews };
  }
  if ('plans' in answer) {
    const plans = answer.plans.filter(isAbout);
    return plans.length === 0 ? null : { ...answer, plans };
  }
  return answer;
}

/** The newest of each node: one that runs again after a resume replaces what it did before. */
function spansFor(symbol: MarketSymbol, { spans }: LineageSource): Partial<Record<NodeName, string>> {
  const own = spans.filter((span) => span.symbol === null || span.symbol === symbol);
  return Object.fromEntries(own.map(({ name, spanId }) => [name, spanId]));
}
