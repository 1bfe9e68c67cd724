/** The Context agent weighs one symbol: which way the evidence leans, and how far it would lean on it. */
import type { z } from 'zod';
import { ContextOpinion } from '#domain/opinion.ts';
import type { QAdvice } from '#domain/signal.ts';
import type { AskContext, ContextQuestion } from './agent-desk.ts';
import { reachText } from './allowance-tables.ts';
import { contextReadings, readingsTable } from './context-readings.ts';
import { contextByRules } from './context-rules.ts';
import { defineAgent } from './define-agent.ts';
import { fenced, PERSON_SOURCE, rounded, signed, table } from './evidence-table.ts';
import { feedbackText } from './feedback-table.ts';
import { type Doubt, ungroundedEvidence, ungroundedSymbols } from './grounding.ts';
import { backdropTable, positionTable, signalTable } from './market-tables.ts';
import { sequenceTable } from './sequence-tables.ts';

const ContextReply = ContextOpinion.extend({
  evidence: ContextOpinion.shape.evidence.nullable(),
});
type ContextReply = z.infer<typeof ContextReply>;

export const context = defineAgent<ContextQuestion, ContextReply, ContextOpinion>({
  name: 'context',
  promptName: 'context',
  answerSchema: ContextReply,
  evidenceOf,
  decideByRules: contextByRules,
  bound,
  ungrounded,
  isWorthAsking: () => true,
});

async function evidenceOf(question: ContextQuestion, { atMs, background }: AskContext) {
  const { signal, qAdvice, btc, position } = question;
  const { symbol } = signal;
  const recent = background.recent(symbol);
  const [fundings, feedback] = await Promise.all([background.fundings(symbol), background.feedback()]);
  return {
    symbol,
    readings: readingsTable(question),
    sequences: sequenceTable(recent, fundings, atMs),
    votes: table(
      ['rule', 'timeframe', 'points', 'saw'],
      signal.readings.map((vote) => [vote.rule, vote.timeframe, signed(vote.points), vote.evidence]),
    ),
    backdrop: `${signalTable([signal], atMs)}\n${backdropTable(btc, background, atMs)}`,
    advice: adviceText(qAdvice),
    position: positionTable(position === null ? [] : [position], atMs),
    feedback: feedbackText(feedback, [symbol], atMs),
    menu: reachText(background.reachOf(signal, qAdvice), signal),
    question: question.question === null ? '(none)' : fenced(PERSON_SOURCE, question.question),
  };
}

/** A conviction that contradicts its stance is no conviction: doubt weighs nothing. */
function bound(reply: ContextReply, { signal }: ContextQuestion): ContextOpinion {
  // A negative zero would not survive the record's JSON.
  const conviction = agreedConviction(reply) || 0;
  return {
    symbol: signal.symbol,
    stance: conviction === 0 ? 'neutral' : reply.stance,
    conviction,
    evidence: (reply.evidence ?? []).slice(0, 8),
    summary: reply.summary.slice(0, 600),
  };
}

function agreedConviction({ stance, conviction }: ContextReply): number {
  if (!Number.isFinite(conviction)) return 0;
  if (stance === 'bullish') return Math.max(0, Math.min(1, conviction));
  return stance === 'bearish' ? Math.min(0, Math.max(-1, conviction)) : 0;
}

function ungrounded(reply: ContextReply, question: ContextQuestion): Doubt[] {
  const asked = question.signal.symbol;
  const known = [question.signal, ...(question.btc === null ? [] : [question.btc])].map(
    ({ symbol }) => symbol,
  );
  const evidence = reply.evidence ?? [];
  return [
    ...(reply.symbol === asked
      ? []
      : [{ about: 'symbol', message: `asked about ${asked}, not ${reply.symbol}` } as const]),
    ...ungroundedEvidence(evidence, contextReadings(question)),
    ...ungroundedSymbols([reply.summary, ...evidence.map(({ note }) => note)], known),
  ];
}

function adviceText(advice: QAdvice | null): string {
  if (advice === null) return '(no table)';
  const values = advice.values;
  const row = [
    advice.best,
    ...[values?.long, values?.short, values?.hold, values?.close].map((value) => rounded(value, 3)),
    advice.visits,
    advice.counts ? 'yes' : 'no',
    advice.reason,
  ];
  return table(['best', 'long', 'short', 'hold', 'close', 'visits', 'counts', 'why'], [row]);
}
