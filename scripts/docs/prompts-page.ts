/** What the agents are shown: variables, length and an example, rendered on the generator's candles. */
import type { ModelRequest } from '#agents/chat-model.ts';
import { countTokens } from '#prompts/count-tokens.ts';
import { PROMPT_NAMES, PROMPT_VARIABLES, type PromptName } from '#prompts/prompt-variables.ts';
import { createPromptScene } from '#tests/support/prompt-scene.ts';
import { page, table } from './code-tables.ts';

const AGENTS = PROMPT_NAMES.filter((name) => name !== 'rules');

const CALLS: Readonly<Record<string, string>> = {
  guardian: 'one, at `watch` alone',
  scanner: 'one, where the shortlist is not empty',
  context: 'one for each subject',
  risk: 'one for all opens that passed',
  executor: 'one for all that passed',
};

const MEANINGS: Readonly<Record<string, string>> = {
  account: 'equity, balance, open profit, margin, what is available, and its age',
  advice: 'the Q-table’s action values, visits, and whether it may count',
  answerSchema: 'the JSON schema of the answer, with its limits',
  backdrop:
    'Bitcoin: score, trend, volatility, spikes, the last 8 closes of each timeframe; for Context the symbol’s own signal before it',
  breadth: 'how many symbols of the universe sell, buy, spike, trend and are volatile',
  feedback:
    'the last 20 cycles: win rate, profit factor, averages after fees and funding, by side and coin, streaks, the last 5 trades, what the Risk agent’s cuts saved and missed',
  level: 'the breaker’s level',
  maxSubjects: 'how many symbols may be ranked',
  menu: 'the answers that are allowed, with their maxima',
  position: 'the open position in this symbol',
  positions: 'every open position',
  proposals:
    'what passed the gate: side, notional, entry, stop, target, what the gate did and why code proposes it',
  question: 'what a person asked, fenced',
  readings:
    'every indicator of every timeframe on the newest closed bar, funding, open interest, under the keys an answer may quote',
  reasons: 'the breaker’s triggers that are not clear, with value and limit',
  room: 'what the desk’s limits leave: positions, notional, margin, the day’s loss, the drawdown',
  rules: 'what all five share: `prompts/shared/rules.md`',
  sequences:
    'the last 8 values of close, RSI, MACD histogram and volume surge, oldest → newest; settled funding for Context',
  shortlist: 'the detectors’ shortlist',
  signals:
    'score, confidence, regime, volatility, correlation and spikes of the symbols in question; for the Guardian the twelve that move most',
  symbol: 'the symbol asked about',
  votes: 'the indicators’ votes in points, with the numbers they saw',
};

export async function promptsPage(): Promise<string> {
  const asked = await (await createPromptScene()).asked();
  const lengths = await Promise.all(AGENTS.map((agent) => lengthRow(agent, requestOf(asked, agent))));
  return page(
    'Prompts',
    'prompts/prompt-variables.ts',
    [
      'The text of each agent lies in [prompts/](../prompts) and is seeded into the database, where it is edited; the evidence below its marker is written by code for each question. Tables have their units in the headings and ages in seconds, sequences run oldest → newest, text from outside is fenced, and the menu says what may be answered. A value that was not measured is a dash. Why it is made this way: [0026](decisions/0026-what-agents-are-shown.md).',
      'The lengths are those of a desk with its hands full, a test holds each under 6,000: a shortlist of eight, eight opens that passed, three positions, the record of twenty cycles. They are counted in the vocabulary o200k; the provider’s own count stands beside each call in the trace.',
    ].join('\n\n'),
    [
      table(['agent', 'asked in a cycle', 'tokens in all', 'instructions', 'evidence', 'schema'], lengths),
      '## Variables',
      'A text that is saved must use every variable of its agent; a version saved before a variable came is still read, and does not show it.',
      table(['variable', 'agents', 'what it shows'], variableRows()),
      '## An example',
      'What the Context agent reads below its instructions, on made-up candles:',
      fencedText(requestOf(asked, 'context').messages[1]?.content ?? ''),
      'And the Risk agent:',
      fencedText(requestOf(asked, 'risk').messages[1]?.content ?? ''),
    ].join('\n\n'),
  );
}

function requestOf(asked: ReadonlyMap<string, ModelRequest>, agent: PromptName): ModelRequest {
  const request = asked.get(agent);
  if (request === undefined) throw new Error(`the scene asks the ${agent} nothing`);
  return request;
}

async function lengthRow(agent: PromptName, { messages, answerSchema }: ModelRequest): Promise<string[]> {
  const none = await countTokens([], {});
  const all = await countTokens(messages, answerSchema);
  const [system, evidence] = await Promise.all(
    [messages.slice(0, 1), messages.slice(1)].map(async (half) => (await countTokens(half, {})) - none),
  );
  const schema = all - none - (system ?? 0) - (evidence ?? 0);
  return [agent, CALLS[agent] ?? '', ...[all, system, evidence, schema].map((tokens) => String(tokens))];
}

function variableRows(): string[][] {
  const usedBy = new Map<string, PromptName[]>();
  for (const agent of AGENTS)
    for (const variable of [...PROMPT_VARIABLES[agent].system, ...PROMPT_VARIABLES[agent].evidence])
      usedBy.set(variable, [...(usedBy.get(variable) ?? []), agent]);
  return [...usedBy.keys()].sort().map((variable) => {
    const meaning = MEANINGS[variable];
    if (meaning === undefined) throw new Error(`docs/prompts.md has no words for {{${variable}}}`);
    const agents = usedBy.get(variable) ?? [];
    return [`\`${variable}\``, agents.length === AGENTS.length ? 'all' : agents.join(', '), meaning];
  });
}

function fencedText(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
