/** A script that answers every agent soundly and changes nothing: it keeps the desk's own order, sizes and menu. */
import { type ChatRequest, type Script, say } from './scripted-model.ts';

const SYMBOL = /[A-Z0-9]+\/USDT:USDT/g;

export const soundly: Script = (request) => {
  const asked = nameOf(request);
  const text = request.body.messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content)
    .join('\n');
  switch (asked) {
    case 'guardian_answer':
      return say.answer({ ask: 'keep', reason: 'nothing to add' });
    case 'scanner_answer':
      return say.answer({
        ranked: [...new Set(text.match(SYMBOL) ?? [])].map((symbol) => ({ symbol, reason: 'listed' })),
        summary: 'as listed',
      });
    case 'context_answer':
      return say.answer({
        symbol: /Symbol: (\S+)/.exec(text)?.[1] ?? text.match(SYMBOL)?.[0],
        ...{ stance: 'bullish', conviction: 0.3, evidence: null, summary: 'leans up' },
      });
    case 'risk_answer':
      return say.answer({ reviews: [], summary: 'as passed' });
    case 'executor_answer':
      return say.answer({ plans: [], summary: 'as planned' });
    default:
      return say.prose();
  }
};

/** The name the answer's shape is asked for under. */
function nameOf({ body }: ChatRequest): string | undefined {
  return body.response_format?.json_schema?.name ?? body.tools?.[0]?.function.name;
}
