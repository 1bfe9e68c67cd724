/** Why a model's answer was not used and the agent's rules decided instead: each failure under a reason of its own. */
interface Abstention {
  readonly meaning: string;
  /** The model could not be reached or used at all: then nothing new may be risked where the limits say so. */
  readonly isModelAway: boolean;
}

export const ABSTENTIONS = {
  no_model: {
    meaning:
      'The provider refuses the key, the account or the model’s name, or redirects; asking again is useless.',
    isModelAway: true,
  },
  prompt_unusable: {
    meaning: 'The run’s prompts are missing or cannot be filled in, so there is nothing to ask with.',
    isModelAway: true,
  },
  budget_spent: { meaning: 'The budget is spent; nobody was asked.', isModelAway: false },
  model_down: {
    meaning: 'The model has not answered lately and is left alone for a while; nobody was asked.',
    isModelAway: true,
  },
  rate_limited: { meaning: 'The provider answered 429 to the last attempt.', isModelAway: true },
  timed_out: { meaning: 'Headers or body did not come within the deadline.', isModelAway: true },
  unreachable: {
    meaning: 'No connection came about, or it broke off before the answer was whole.',
    isModelAway: true,
  },
  provider_failed: {
    meaning: 'The provider answered the last attempt with another failure than 429.',
    isModelAway: true,
  },
  completion_unreadable: {
    meaning:
      'The provider answered 200 with an error, a page, no choices or something else that is no completion.',
    isModelAway: true,
  },
  call_unstored: {
    meaning: 'What was asked and answered could not be stored, so the answer was not used.',
    isModelAway: true,
  },
  refused: { meaning: 'The model refused to answer.', isModelAway: false },
  filtered: { meaning: 'The provider’s content filter took the answer away.', isModelAway: false },
  reply_empty: {
    meaning: 'The reply holds no words, before and after a turn to repair it.',
    isModelAway: false,
  },
  reply_too_long: { meaning: 'The reply is longer than any answer can be.', isModelAway: false },
  reply_truncated: {
    meaning: 'The reply breaks off: its JSON never ends, or the provider says it was cut for length.',
    isModelAway: false,
  },
  reply_not_json: { meaning: 'The reply holds words and no JSON object.', isModelAway: false },
  reply_wrong_shape: { meaning: 'The reply is JSON of another shape than was asked.', isModelAway: false },
  ungrounded_symbol: {
    meaning: 'The reply names a symbol or a coin that is no part of the question.',
    isModelAway: false,
  },
  ungrounded_evidence: {
    meaning: 'A quoted key was not measured in this run, or its value is another.',
    isModelAway: false,
  },
  ungrounded_number: {
    meaning: 'A number in the reply’s words is not among the numbers the model was shown.',
    isModelAway: false,
  },
  reply_invalid: {
    meaning: 'Only in records from before the reasons were told apart: any `reply_…` reason.',
    isModelAway: false,
  },
  ungrounded: {
    meaning: 'Only in records from before the reasons were told apart: any `ungrounded_…` reason.',
    isModelAway: false,
  },
} as const satisfies Record<string, Abstention>;
