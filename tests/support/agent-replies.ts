/** Sound, quiet replies for whichever agent asks, told by the schema it shows: nothing in them can be doubted. */
import type { ChatRequest } from './scripted-model.ts';

type Asker = 'scanner' | 'guardian' | 'context' | 'risk' | 'executor';

/** A field that the answer of one agent alone has. */
const OWN_FIELD: Readonly<Record<Asker, string>> = {
  scanner: '"ranked"',
  risk: '"reviews"',
  executor: '"plans"',
  context: '"stance"',
  guardian: '"ask"',
};

export function askerOf({ body }: ChatRequest): Asker {
  const system = body.messages[0]?.content ?? '';
  const schema = system.slice(Math.max(0, system.indexOf('"properties"')));
  const found = (Object.keys(OWN_FIELD) as Asker[]).find((agent) => schema.includes(OWN_FIELD[agent]));
  if (found === undefined) throw new Error(`nobody asks like this: ${system.slice(0, 200)}`);
  return found;
}

export function quietReply(request: ChatRequest): unknown {
  const evidence = request.body.messages[1]?.content ?? '';
  const symbols = [...new Set(evidence.match(/[A-Z]+\/USDT:USDT/g) ?? [])];
  switch (askerOf(request)) {
    case 'scanner':
      return {
        ranked: symbols.slice(0, 3).map((symbol) => ({ symbol, reason: 'it moves' })),
        summary: 'Some of them move.',
      };
    case 'guardian':
      return { ask: 'keep', reason: 'Nothing to add.' };
    case 'context':
      return {
        ...{ symbol: symbols[0], stance: 'neutral', conviction: 0, evidence: [] },
        summary: 'Nothing to add.',
      };
    case 'risk':
      return { reviews: [], summary: 'Nothing to add.' };
    case 'executor':
      return { plans: [], summary: 'Nothing to add.' };
  }
}
