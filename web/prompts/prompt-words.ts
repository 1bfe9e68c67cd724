/** What the prompts are for, in a line each. */
export interface PromptWords {
  readonly title: string;
  readonly task: string;
}

const WORDS: Readonly<Record<string, PromptWords>> = {
  scanner: { title: 'Scanner', task: 'ranks which symbols deserve a look' },
  guardian: { title: 'Guardian', task: 'says whether this is a market to be in' },
  context: { title: 'Context', task: 'says which way a symbol leans, and how surely' },
  risk: { title: 'Risk', task: 'keeps, shrinks or refuses what the gate passed' },
  executor: { title: 'Executor', task: 'chooses how an order is sent' },
  rules: { title: 'Shared rules', task: 'what all five agents are told first' },
};

/** In the order of a cycle, and what they share at the end. */
export const PROMPT_ORDER = Object.keys(WORDS);

export function wordsOf(name: string): PromptWords {
  return WORDS[name] ?? { title: name, task: 'read by no agent this page knows' };
}

export const PRODUCTION = 'production';
export const CANDIDATE = 'candidate';
