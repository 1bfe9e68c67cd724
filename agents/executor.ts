/** The Executor chooses how an order goes out, from a menu that code writes. It never says how much or at what price. */
import { z } from 'zod';
import { ExecutionPlan, ExecutionStyle } from '#domain/opinion.ts';
import { assetClassOf } from '#domain/symbol.ts';
import { MINUTE_MS, SECOND_MS } from '#domain/time.ts';
import type { ExecutorQuestion } from './agent-desk.ts';
import { byTheRules } from './by-the-rules.ts';
import { defineAgent } from './define-agent.ts';
import { table } from './evidence-table.ts';
import { ungroundedSymbols } from './grounding.ts';
import { signalTable } from './market-tables.ts';
import { type PassedProposal, passedProposals, passedTable } from './passed-proposals.ts';
import { sequencesOf } from './sequence-tables.ts';

type Plan = ExecutionPlan['plans'][number];

interface MenuEntry {
  readonly minMs: number;
  readonly usualMs: number;
  readonly maxMs: number;
}

/** How long each style may take. */
export const DEADLINES: Readonly<Record<ExecutionStyle, MenuEntry>> = {
  market: { minMs: SECOND_MS, usualMs: 10 * SECOND_MS, maxMs: 30 * SECOND_MS },
  limit: { minMs: 15 * SECOND_MS, usualMs: MINUTE_MS, maxMs: 5 * MINUTE_MS },
  twap: { minMs: MINUTE_MS, usualMs: 5 * MINUTE_MS, maxMs: 15 * MINUTE_MS },
};

/** Notional that would move the book if it went out at once; by what the asset's book usually holds. */
const SLICED_FROM_QUOTE = { major: 250_000, alt: 25_000 } as const;

const SHOWN = [
  { key: 'close', timeframe: 'fast' },
  { key: 'volumeSurge', timeframe: 'fast' },
] as const;

const PlanReply = ExecutionPlan.shape.plans.element.extend({
  /** Null for the style's usual deadline. */
  deadlineMs: z.number().int().min(1_000).max(3_600_000).nullable(),
});
const ExecutorReply = ExecutionPlan.extend({ plans: z.array(PlanReply).max(50) });
type ExecutorReply = z.infer<typeof ExecutorReply>;

export const executor = defineAgent<ExecutorQuestion, ExecutorReply, ExecutionPlan>({
  name: 'executor',
  promptName: 'executor',
  answerSchema: ExecutorReply,
  evidenceOf: (question, { atMs, background }) => {
    const passed = passedProposals(question);
    return {
      proposals: passedTable(passed, atMs),
      signals: signalTable(question.signals, atMs),
      sequences: sequencesOf(
        passed.map(({ proposal }) => proposal.symbol),
        background,
        SHOWN,
      ),
      menu: `${menuTable(passed)}\n${deadlineTable()}`,
    };
  },
  decideByRules: (question) => ({
    plans: passedProposals(question).map(planByRules),
    summary: 'Planned by the desk’s rules.',
  }),
  bound,
  ungrounded: (reply, question) =>
    ungroundedSymbols(
      [reply.summary, ...reply.plans.map(({ reason }) => reason)],
      [...question.signals, ...question.proposals].map(({ symbol }) => symbol),
    ),
  isWorthAsking: (question) => passedProposals(question).some((passed) => stylesFor(passed).length > 1),
});

/** A close leaves at once. Slicing is offered only where there is something to slice. */
function stylesFor(passed: PassedProposal): ExecutionStyle[] {
  if (passed.proposal.kind === 'close') return ['market'];
  return isLarge(passed) ? ['market', 'limit', 'twap'] : ['market', 'limit'];
}

function planByRules(passed: PassedProposal): Plan {
  const { proposal, signal } = passed;
  const plan = (style: ExecutionStyle, reason: string): Plan => ({
    proposalId: proposal.proposalId,
    style,
    deadlineMs: DEADLINES[style].usualMs,
    reason,
  });
  if (proposal.kind === 'close') return plan('market', 'A close leaves at once.');
  if (isLarge(passed))
    return plan('twap', `${Math.round(passed.notionalQuote)} quote would move the book in one piece.`);
  if (signal === null || signal.spikes.length > 0)
    return plan('market', 'A spike does not wait for a limit.');
  if (signal.regime.volatility === 'volatile') return plan('market', 'Volatility is high; a limit may miss.');
  return plan('limit', 'Calm enough to earn the maker fee.');
}

/** One plan for each passed proposal, from its own menu. What the model left out or may not choose, the rules plan. */
function bound(reply: ExecutorReply, question: ExecutorQuestion): ExecutionPlan {
  const plans = passedProposals(question).map((passed): Plan => {
    const said = reply.plans.find(({ proposalId }) => proposalId === passed.proposal.proposalId);
    if (said === undefined || !stylesFor(passed).includes(said.style)) return byTheRules(planByRules(passed));
    const { proposalId, style } = said;
    return { proposalId, style, deadlineMs: boundedDeadline(said), reason: said.reason.slice(0, 300) };
  });
  return { plans, summary: reply.summary.slice(0, 600) };
}

function boundedDeadline({ style, deadlineMs }: z.infer<typeof PlanReply>): number {
  const { minMs, usualMs, maxMs } = DEADLINES[style];
  if (deadlineMs === null || !Number.isFinite(deadlineMs)) return usualMs;
  return Math.round(Math.max(minMs, Math.min(maxMs, deadlineMs)));
}

function isLarge({ proposal, notionalQuote }: PassedProposal): boolean {
  return notionalQuote >= SLICED_FROM_QUOTE[assetClassOf(proposal.symbol)];
}

function menuTable(passed: readonly PassedProposal[]): string {
  return table(
    ['proposal id', 'styles'],
    passed.map((one) => [one.proposal.proposalId, stylesFor(one).join(', ')]),
  );
}

function deadlineTable(): string {
  return table(
    ['style', 'deadline from (ms)', 'usual (ms)', 'to (ms)'],
    ExecutionStyle.options.map((style) => {
      const { minMs, usualMs, maxMs } = DEADLINES[style];
      return [style, minMs, usualMs, maxMs];
    }),
  );
}
