/** A model on loopback that answers each agent soundly, after a while: it agrees with what it is shown. */
import { setTimeout } from 'node:timers/promises';
import {
  type ChatRequest,
  type ScriptedModel,
  say,
  startScriptedModel,
} from '#tests/support/scripted-model.ts';

export function startAnsweringModel(delayMs: number): Promise<ScriptedModel> {
  return startScriptedModel((request) => ({
    kind: 'later',
    until: () => setTimeout(delayMs),
    reply: say.answer(answerTo(request)),
  }));
}

function answerTo({ body }: ChatRequest): unknown {
  const system = body.messages[0]?.content ?? '';
  const evidence = body.messages[1]?.content ?? '';
  const symbols = [...new Set(evidence.match(/[A-Z0-9]+\/USDT:USDT/g))];
  const proposalIds = [...new Set(evidence.match(/[A-Z0-9]+-(?:open|close)-(?:long|short)/g))];
  if (/Market Scanner/.test(system))
    return { ranked: symbols.map((symbol) => ({ symbol, reason: 'on the list' })), summary: 'all of them' };
  if (/Context Analyser/.test(system)) {
    const [symbol] = symbols;
    return { symbol, stance: 'neutral', conviction: 0, evidence: null, summary: 'nothing leans' };
  }
  if (/Risk Assessor/.test(system)) {
    const reviews = proposalIds.map((proposalId) => ({
      ...{ proposalId, action: 'keep', sizeFraction: null, reason: 'sound' },
    }));
    return { reviews, summary: 'kept' };
  }
  if (/Strategy Executor/.test(system)) {
    const plans = proposalIds.map((proposalId) => ({
      ...{ proposalId, style: 'market', deadlineMs: null, reason: 'now' },
    }));
    return { plans, summary: 'at once' };
  }
  return { ask: 'keep', reason: 'nothing to add' };
}
