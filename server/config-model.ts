/** What may be set of the models: which are asked, where, for how much, and what happens when none answers. */
import { z } from 'zod';
import { SPENDING_MODES, type SpendingMode } from '#domain/spending.ts';
import { type EpochMs, HOUR_MS } from '#domain/time.ts';
import {
  defaulted,
  instant,
  matching,
  numberBetween,
  oneOf,
  optional,
  urlOf,
  wholeNumber,
  yesOrNo,
} from './config-fields.ts';

const section = 'Models';
const MODEL_NAME = matching(/^\S{1,120}$/, 'a model’s name');
const SECRET_TEXT = matching(/^\S{4,500}$/, 'at least 4 characters without spaces');
const PRICE = numberBetween({ min: 0, max: 10_000 });

export const MODEL_VARIABLES = {
  OPENAI_API_KEY: optional(SECRET_TEXT, {
    section,
    description: 'Key of the model provider. None: every agent decides by its rules.',
    secret: true,
  }),
  OPENAI_BASE_URL: optional(urlOf(['http', 'https']), {
    section,
    description: 'Any OpenAI-compatible end point. None: OpenAI itself.',
    mayHoldCredentials: true,
  }),
  LLM_MODEL: defaulted(MODEL_NAME, {
    section,
    description: 'The model that is asked.',
    fallback: 'gpt-4.1-mini',
  }),
  LLM_SAVING_MODEL: optional(MODEL_NAME, {
    section,
    description: 'A cheaper model of the same provider, asked in saving mode and when a budget runs low.',
  }),
  LLM_FALLBACK_MODEL: optional(MODEL_NAME, {
    section,
    description: 'The model that is asked while the first one’s provider does not answer.',
  }),
  LLM_FALLBACK_BASE_URL: optional(urlOf(['http', 'https']), {
    section,
    description: 'Where LLM_FALLBACK_MODEL is asked. None: where LLM_MODEL is.',
    mayHoldCredentials: true,
  }),
  LLM_FALLBACK_API_KEY: optional(SECRET_TEXT, {
    section,
    description: 'Key for LLM_FALLBACK_BASE_URL. None: no key is sent to another address.',
    secret: true,
  }),
  LLM_TIMEOUT_MS: defaulted(wholeNumber({ min: 500, max: 300_000 }), {
    section,
    description:
      'How long one question may take, with its retries and its repair, headers and bodies together.',
    fallback: '30000',
  }),
  LLM_WHEN_DOWN: defaulted(oneOf(['no_new_risk', 'rules']), {
    section,
    description:
      'What cycles do while no model answers: open nothing, or decide by the rules alone. Stops stay either way.',
    fallback: 'no_new_risk',
  }),
  LLM_MODE: defaulted(oneOf(SPENDING_MODES), {
    section,
    description: 'premium asks LLM_MODEL, saving asks LLM_SAVING_MODEL, free asks nobody.',
    fallback: 'premium',
  }),
  LLM_BUDGET_USD_PER_DAY: defaulted(numberBetween({ min: 0, max: 100_000 }), {
    section,
    description: 'What model calls may cost in a UTC day; once it is spent the rules decide.',
    fallback: '5',
  }),
  LLM_BUDGET_USD_PER_CYCLE: defaulted(numberBetween({ min: 0, max: 1_000 }), {
    section,
    description: 'What the model calls of one cycle may cost; checked before its calls go out.',
    fallback: '0.5',
  }),
  LLM_CACHE_HOURS: defaulted(numberBetween({ min: 0, max: 720 }), {
    section,
    description: 'How long an answer may be taken again for the very same request; 0 never.',
    fallback: '24',
  }),
  LLM_PRICE_INPUT_USD: optional(PRICE, {
    section,
    description:
      'Price of a million input tokens of LLM_MODEL. None: as Vigil’s table has it, or unknown; unknown costs no budget can stop.',
  }),
  LLM_PRICE_OUTPUT_USD: optional(PRICE, {
    section,
    description: 'Price of a million output tokens of LLM_MODEL.',
  }),
  LLM_KNOWLEDGE_CUTOFF: optional(instant(), {
    section,
    description:
      'Up to when LLM_MODEL knows the world: results of earlier periods are labelled. None: as Vigil’s table has it.',
  }),
  VIGIL_APPROVAL: defaulted(yesOrNo(), {
    section,
    description: 'Whether a person must approve what would open; closes never wait.',
    fallback: 'false',
  }),
  VIGIL_APPROVAL_WITHIN_MS: defaulted(wholeNumber({ min: 1_000, max: 600_000 }), {
    section,
    description: 'How long a person has to answer; no answer is a refusal.',
    fallback: '60000',
  }),
};

const ModelEnvironment = z.object(MODEL_VARIABLES);
type ModelEnvironment = z.infer<typeof ModelEnvironment>;

export interface LlmConfig {
  readonly apiKey: string | null;
  readonly baseUrl: string | null;
  readonly model: string;
  readonly savingModel: string | null;
  readonly fallback: {
    readonly model: string;
    readonly baseUrl: string | null;
    readonly apiKey: string | null;
  } | null;
  readonly timeoutMs: number;
  readonly whenDown: 'no_new_risk' | 'rules';
  readonly mode: SpendingMode;
  /** When `--mode` was typed for this process; absent where the mode is the environment's. */
  readonly modeTypedAtMs?: EpochMs;
  readonly budgetUsdPerDay: number;
  readonly budgetUsdPerCycle: number;
  /** 0: no answer is taken again. */
  readonly cacheMs: number;
  /** As a person set it for `model`; null where the table has to know. */
  readonly price: { readonly inputUsdPerMillion: number; readonly outputUsdPerMillion: number } | null;
  readonly knowledgeCutoffMs: EpochMs | null;
}

export interface ApprovalConfig {
  readonly isAsked: boolean;
  readonly withinMs: number;
}

export function modelsOf(env: ModelEnvironment): LlmConfig {
  return {
    apiKey: env.OPENAI_API_KEY ?? null,
    baseUrl: env.OPENAI_BASE_URL ?? null,
    model: env.LLM_MODEL,
    savingModel: env.LLM_SAVING_MODEL ?? null,
    fallback: fallbackOf(env),
    timeoutMs: env.LLM_TIMEOUT_MS,
    whenDown: env.LLM_WHEN_DOWN,
    mode: env.LLM_MODE,
    budgetUsdPerDay: env.LLM_BUDGET_USD_PER_DAY,
    budgetUsdPerCycle: env.LLM_BUDGET_USD_PER_CYCLE,
    cacheMs: env.LLM_CACHE_HOURS * HOUR_MS,
    price: priceOf(env),
    knowledgeCutoffMs: env.LLM_KNOWLEDGE_CUTOFF ?? null,
  };
}

export function approvalOf(env: ModelEnvironment): ApprovalConfig {
  return { isAsked: env.VIGIL_APPROVAL, withinMs: env.VIGIL_APPROVAL_WITHIN_MS };
}

/** Variables that ask for something only together with another one, each with what is wrong. */
export function* disorderedModels(
  given: Readonly<Partial<Record<keyof ModelEnvironment, string>>>,
): Generator<[keyof ModelEnvironment, string]> {
  if ((given.LLM_PRICE_INPUT_USD === undefined) !== (given.LLM_PRICE_OUTPUT_USD === undefined))
    yield ['LLM_PRICE_OUTPUT_USD', 'goes together with LLM_PRICE_INPUT_USD: set both or neither'];
  for (const name of ['LLM_FALLBACK_BASE_URL', 'LLM_FALLBACK_API_KEY'] as const)
    if (given[name] !== undefined && given.LLM_FALLBACK_MODEL === undefined)
      yield [name, 'goes together with LLM_FALLBACK_MODEL: name the model, or unset this'];
  for (const [name, key] of ADDRESSES)
    if (namesUser(given[name]))
      yield [name, `names a user or a password, which is never sent: put the key in ${key}`];
  if (given.LLM_MODE?.trim() === 'saving' && given.LLM_SAVING_MODEL === undefined)
    yield ['LLM_MODE', 'is saving: LLM_SAVING_MODEL must name the cheaper model'];
}

const ADDRESSES = [
  ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
  ['LLM_FALLBACK_BASE_URL', 'LLM_FALLBACK_API_KEY'],
] as const;

/** `fetch` refuses such an address, and its complaint repeats all of it: it would stand in the trace of every call. */
function namesUser(address = ''): boolean {
  if (!URL.canParse(address.trim())) return false;
  const { username, password } = new URL(address.trim());
  return username !== '' || password !== '';
}

/** A key goes to the address it was given for, and to no other. */
function fallbackOf(env: ModelEnvironment): LlmConfig['fallback'] {
  if (env.LLM_FALLBACK_MODEL === undefined) return null;
  const isElsewhere = env.LLM_FALLBACK_BASE_URL !== undefined;
  return {
    model: env.LLM_FALLBACK_MODEL,
    baseUrl: env.LLM_FALLBACK_BASE_URL ?? env.OPENAI_BASE_URL ?? null,
    apiKey: env.LLM_FALLBACK_API_KEY ?? (isElsewhere ? null : (env.OPENAI_API_KEY ?? null)),
  };
}

function priceOf({
  LLM_PRICE_INPUT_USD: input,
  LLM_PRICE_OUTPUT_USD: output,
}: ModelEnvironment): LlmConfig['price'] {
  return input === undefined || output === undefined
    ? null
    : { inputUsdPerMillion: input, outputUsdPerMillion: output };
}
