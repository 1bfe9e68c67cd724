/** A model that answers each agent as a plain trader would, by what the question holds; a prompt's words can change it. */
import type { ExecutionStyle } from '#domain/opinion.ts';
import type { ChatRequest, Script } from './scripted-model.ts';
import { say } from './scripted-model.ts';

/** Whoever finds this in its instructions keeps a half of each open. */
export const HALVING = 'TAKE HALF OF EVERYTHING';
/** Whoever finds this in its instructions refuses each open. */
export const REFUSING = 'REFUSE EVERYTHING';

const SYMBOL = /[A-Z0-9]+\/USDT:USDT/g;
const OPEN = /[A-Z0-9]+-open-(?:long|short)/g;

export const plainTrader: Script = (request) => say.answer(answerTo(request, 'market'));
/** The same in no hurry: what it opens rests at its price. */
export const patientTrader: Script = (request) => say.answer(answerTo(request, 'limit'));

function answerTo({ body }: ChatRequest, style: ExecutionStyle): unknown {
  const [system = '', question = ''] = body.messages.map(({ content }) => content);
  const symbols = [...new Set(question.match(SYMBOL))];
  const opens = [...new Set(question.match(OPEN))];
  switch (body.response_format?.json_schema?.name) {
    case 'guardian_answer':
      return { ask: 'keep', reason: 'calm enough' };
    case 'scanner_answer':
      return {
        ranked: symbols.slice(0, 3).map((symbol) => ({ symbol, reason: 'it moves' })),
        summary: 'some move',
      };
    case 'context_answer':
      return { symbol: symbols[0], stance: 'neutral', conviction: 0, evidence: [], summary: 'nothing new' };
    case 'risk_answer':
      return { reviews: opens.map((proposalId) => reviewOf(proposalId, system)), summary: 'looked at each' };
    default:
      return {
        plans: opens.map((proposalId) => ({ proposalId, style, deadlineMs: null, reason: 'now' })),
        summary: 'at once',
      };
  }
}

function reviewOf(proposalId: string, system: string) {
  if (system.includes(REFUSING))
    return { proposalId, action: 'refuse', sizeFraction: null, reason: 'told to' };
  if (system.includes(HALVING)) return { proposalId, action: 'shrink', sizeFraction: 0.5, reason: 'told to' };
  return { proposalId, action: 'keep', sizeFraction: null, reason: 'sound' };
}
