/** Whose prompts there are, and what the code fills into each. */

export const PROMPT_NAMES = ['scanner', 'guardian', 'context', 'risk', 'executor', 'rules'] as const;
export type PromptName = (typeof PROMPT_NAMES)[number];

/** Parts the system half from the evidence half. */
export const EVIDENCE_MARKER = '<!-- evidence -->';

interface VariableRules {
  /** The same in every run of a version; the only ones allowed in the system half. */
  readonly system: readonly string[];
  readonly evidence: readonly string[];
}

const FIXED = ['rules', 'answerSchema'] as const;

/** Every variable the code fills in, and so every one a new text must use. A name, once here, is never taken away. */
export const PROMPT_VARIABLES: Readonly<Record<PromptName, VariableRules>> = {
  scanner: {
    system: FIXED,
    evidence: ['shortlist', 'sequences', 'backdrop', 'positions', 'feedback', 'menu', 'maxSubjects'],
  },
  guardian: {
    system: FIXED,
    evidence: ['level', 'reasons', 'breadth', 'signals', 'backdrop', 'account', 'positions'],
  },
  context: {
    system: FIXED,
    evidence: [
      ...['symbol', 'readings', 'sequences', 'votes', 'backdrop', 'advice', 'position'],
      ...['feedback', 'menu', 'question'],
    ],
  },
  risk: {
    system: FIXED,
    evidence: [
      ...['proposals', 'signals', 'sequences', 'backdrop', 'account', 'positions'],
      ...['room', 'feedback', 'menu'],
    ],
  },
  executor: { system: FIXED, evidence: ['proposals', 'signals', 'sequences', 'menu'] },
  rules: { system: [], evidence: [] },
};

export const VARIABLE_PATTERN = /\{\{\s*([^{}]*?)\s*\}\}/g;
