/** The Context agent weighs one symbol: which way the evidence leans, and how far it would lean on it. */
import type { z } from 'zod';
import { ContextOpinion } from '#domain/opinion.ts';
import type { QAdvice } from '#domain/signal.ts';
import type { ContextQuestion } from './agent-desk.ts';
import { contextReadings, readingsTable } from './context-readings.ts';
import { contextByRules } from './context-rules.ts';
import { defineAgent } from './define-agent.ts';
import { fenced, signed, table } from './evidence-table.ts';
import { ungroundedEvidence, ungroundedSymbols } from './grounding.ts';
import { positionTable, signalTable } from './market-tables.ts';

const ContextReply = ContextOpinion.extend({
  evidence: ContextOpinion.shape.evidence.nullable(),
});
type ContextReply = z.infer<typeof ContextReply>;

export const context = defineAgent<ContextQuestion, ContextReply, ContextOpinion>({
  name: 'context',
  promptName: 'context',
  answerSchema: ContextReply,
  evidenceOf: (question, { atMs }) => ({
    symbol: question.signal.symbol,
    readings: readingsTable(question),
    votes: table(
      ['rule', 'timeframe', 'points', 'saw'],
      question.signal.readings.map((vote) => [vote.rule, vote.timeframe, signed(vote.points), vote.evidence]),
    ),
    backdrop: signalTable(question.btc === null ? [question.signal] : [question.signal, question.btc], atMs),
    advice: adviceText(question.qAdvice),
    position: positionTable(question.position === null ? [] : [question.position], atMs),
    question: question.question === null ? '(none)' : fenced('a person’s question', question.question),
  }),
  decideByRules: contextByRules,
  bound,
  ungrounded,
  isWorthAsking: () => true,
});

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

function ungrounded(reply: ContextReply, question: ContextQuestion): string[] {
  const known = [question.signal, ...(question.btc === null ? [] : [question.btc])].map(
    ({ symbol }) => symbol,
  );
  const evidence = reply.evidence ?? [];
  return [
    ...(reply.symbol === question.signal.symbol
      ? []
      : [`asked about ${question.signal.symbol}, not ${reply.symbol}`]),
    ...ungroundedEvidence(evidence, contextReadings(question)),
    ...ungroundedSymbols([reply.summary, ...evidence.map(({ note }) => note)], known),
  ];
}

function adviceText(advice: QAdvice | null): string {
  if (advice === null) return '(no table)';
  const values = advice.values;
  const row = [
    advice.best,
    values?.long,
    values?.short,
    values?.hold,
    values?.close,
    advice.visits,
    advice.counts ? 'yes' : 'no',
    advice.reason,
  ];
  return table(['best', 'long', 'short', 'hold', 'close', 'visits', 'counts', 'why'], [row]);
}
