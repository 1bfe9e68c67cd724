/** What a run saw, heard and decided about a symbol, as steps. */
import type { LineageDecision, LineageOpinion } from '#domain/lineage.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { NodeName } from '#domain/run.ts';
import {
  formatCount,
  formatPercent,
  formatPlain,
  formatPrice,
  formatQuantity,
  formatQuote,
  formatUsd,
} from '../format/number.ts';
import { formatDuration, withPageTimes } from '../format/time.ts';
import { ABSTAINED, baseName, plural, sentence } from '../format/words.ts';
import type { BadgeTone } from '../ui/badge.tsx';
import { type LineageStep, nodeLink, type StepLink } from './lineage-step.ts';

/** In the order in which a run comes to them. */
const ORDER: readonly NodeName[] = [
  ...(['observe', 'indicators', 'qtable', 'guardian', 'scanner', 'context', 'propose'] as const),
  ...(['gate', 'risk', 'executor', 'approval', 'place'] as const),
];

type NodeStep = LineageStep & { readonly node: NodeName };

export function decisionSteps(decision: LineageDecision): LineageStep[] {
  const { runId, market, symbol, spans } = decision;
  const of = { runId, atMs: market?.asOfMs ?? null };
  const links = (node: NodeName): StepLink[] => (spans[node] === undefined ? [] : [nodeLink(runId, node)]);
  const step = (node: NodeName, title: string, told: Partial<LineageStep>): NodeStep => ({
    ...{ key: `${runId} ${symbol} ${node} ${title}`, title, node, links: links(node), id: null },
    ...{ badges: [], figures: [], words: [], ...of, ...told },
  });
  const steps = [
    ...seenSteps(decision, step),
    ...decision.opinions.map((opinion) => opinionStep(opinion, runId, step)),
    ...decision.proposals.map((proposal) => proposalStep(proposal, step)),
    ...decision.verdicts.map((verdict) => verdictStep(verdict, step)),
    ...endSteps(decision, step),
  ];
  return steps.sort((left, right) => ORDER.indexOf(left.node) - ORDER.indexOf(right.node));
}

type MakeStep = (node: NodeName, title: string, told: Partial<LineageStep>) => NodeStep;

function seenSteps({ market, signal, qAdvice }: LineageDecision, step: MakeStep): NodeStep[] {
  const steps: NodeStep[] = [];
  if (market !== null)
    steps.push(
      step('observe', 'Market snapshot', {
        figures: [
          ['Source', market.source.name],
          ['Candles', formatCount(market.bars)],
        ],
        badges: market.source.synthetic ? [{ text: 'synthetic prices', tone: 'watch' }] : [],
        id: market.snapshotId,
      }),
    );
  if (signal !== null)
    steps.push(
      step('indicators', `Signal to ${signal.action}`, {
        figures: [
          ['Score', formatPlain(signal.score)],
          ['Confidence', formatPercent(signal.confidenceFraction, { digits: 0 })],
          ['Last', formatPrice(signal.lastQuote)],
          ['ATR 14', signal.atrQuote === null ? '–' : formatPrice(signal.atrQuote)],
          ['Regime', `${signal.regime.trend}, ${signal.regime.volatility}`],
        ],
        words: [signal.reason],
        atMs: signal.atMs,
      }),
    );
  if (qAdvice !== null && qAdvice.best !== null)
    steps.push(
      step('qtable', `Q-table: ${qAdvice.best}`, {
        figures: [['Visits', formatCount(qAdvice.visits)]],
        words: [qAdvice.reason],
        id: qAdvice.tableId,
      }),
    );
  return steps;
}

function endSteps({ withheld, approval }: LineageDecision, step: MakeStep): NodeStep[] {
  const steps: NodeStep[] = [];
  if (withheld !== null)
    steps.push(step('propose', 'Nothing was proposed', { words: [withheld.message], id: withheld.code }));
  if (approval !== null)
    steps.push(
      step('approval', 'A person was asked', {
        badges: [{ text: approval.status, tone: approval.status === 'answered' ? 'up' : 'watch' }],
        words: [
          approval.answeredBy === null ? '' : `answered by ${approval.answeredBy}`,
          approval.reason ?? '',
        ],
        id: approval.approvalId,
      }),
    );
  return steps;
}

function opinionStep(opinion: LineageOpinion, runId: string, step: MakeStep): NodeStep {
  const { agent, symbol, decidedBy, abstention, prompt, calls, spanId } = opinion;
  const promptLink = prompt && {
    to: `/prompts/${encodeURIComponent(prompt.name)}`,
    label: `prompt ${prompt.name}, version ${prompt.version}`,
  };
  return step(agent, `${sentence(agent)}: ${saidBy(opinion)}`, {
    badges: [
      { text: decidedBy, tone: decidedBy === 'model' ? 'agent' : 'neutral' },
      ...(abstention === null ? [] : [{ text: 'abstained', tone: 'watch' } as const]),
    ],
    figures: callFigures(calls),
    words: [
      ...reasonsOf(opinion),
      ...(abstention === null ? [] : [`The rules answered: ${ABSTAINED[abstention]}`]),
    ],
    links: [
      ...(spanId === null ? [] : [nodeLink(runId, agent, symbol)]),
      ...(promptLink === null ? [] : [promptLink]),
    ],
    id: calls.at(-1)?.callId ?? null,
  });
}

function saidBy({ answer }: LineageOpinion): string {
  if ('stance' in answer)
    return `${answer.stance}, conviction ${formatQuote(answer.conviction, { signed: true })}`;
  if ('ask' in answer) return `asks to ${answer.ask}`;
  if ('reviews' in answer)
    return answer.reviews
      .map(({ action, sizeFraction }) =>
        action === 'shrink' ? `shrinks to ${formatPercent(sizeFraction, { digits: 0 })}` : `${action}s it`,
      )
      .join(', ');
  if ('plans' in answer)
    return answer.plans
      .map(({ style, deadlineMs }) => `${style} within ${formatDuration(deadlineMs)}`)
      .join(', ');
  return answer.ranked.length === 0 ? 'did not name it' : 'named it a subject';
}

function reasonsOf({ answer }: LineageOpinion): string[] {
  if ('stance' in answer)
    return [
      answer.summary,
      ...answer.evidence.map(({ key, value, note }) => `${key} = ${formatPlain(value)}: ${note}`),
    ];
  if ('ask' in answer) return [answer.reason];
  if ('reviews' in answer) return answer.reviews.map(({ reason }) => reason);
  if ('plans' in answer) return answer.plans.map(({ reason }) => reason);
  return answer.ranked.map(({ reason }) => reason);
}

function callFigures(calls: LineageOpinion['calls']): [string, string][] {
  const [first] = calls;
  if (first === undefined) return [];
  const costs = calls.map(({ costUsd }) => costUsd);
  const known = costs.filter((cost) => cost !== null);
  return [
    ['Model', [...new Set(calls.map(({ model }) => model))].join(', ')],
    ['Attempts', plural(calls.length, 'attempt')],
    ['Cost', known.length < costs.length ? 'unknown' : formatUsd(known.reduce((sum, cost) => sum + cost, 0))],
  ];
}

function proposalStep(proposal: TradeProposal, step: MakeStep): NodeStep {
  const { proposalId, kind, symbol, side, reason } = proposal;
  const price = (text: string | null) => (text === null ? '–' : formatPrice(text));
  return step('propose', `Proposed to ${kind} a ${side} in ${baseName(symbol)}`, {
    figures: [
      ['Size', formatQuantity(proposal.quantityBase)],
      [kind === 'close' ? 'Price' : 'Entry', price(proposal.entryPriceQuote)],
      ['Stop', price(proposal.stopPriceQuote)],
      ['Target', price(proposal.targetPriceQuote)],
      ['Leverage', `${formatPlain(proposal.leverage)}×`],
      ['Conviction', formatQuote(proposal.conviction, { signed: true })],
    ],
    words: [reason],
    id: proposalId,
  });
}

const STAGES: Readonly<Record<Verdict['stage'], string>> = {
  gate: 'The gate',
  risk: 'The Risk agent',
  approval: 'A person',
  place: 'The gate, at placement',
};

const TONES: Readonly<Record<Verdict['outcome'], BadgeTone>> = {
  approved: 'up',
  resized: 'watch',
  denied: 'down',
};

function verdictStep(verdict: Verdict, step: MakeStep): NodeStep {
  const { stage, outcome, quantityBase, findings, proposalId } = verdict;
  return step(stage, STAGES[stage], {
    key: `${proposalId} ${stage}`,
    badges: [{ text: outcome, tone: TONES[outcome] }],
    figures: outcome === 'denied' ? [] : [['May trade', formatQuantity(quantityBase)]],
    words: findings.map(({ code, message, value, limit }) =>
      withPageTimes(
        value === null || limit === null
          ? `${code}: ${message}`
          : `${code} (${formatPlain(value)} against ${formatPlain(limit)}): ${message}`,
      ),
    ),
  });
}
