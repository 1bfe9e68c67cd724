/**
 * Asks the end points of the configured models what they offer, and says how each is asked and what it costs. Keys and
 * addresses are never repeated, only hosts.
 */
import { z } from 'zod';
import { capabilitiesOf, OPENAI_BASE_URL } from '#agents/model-capabilities.ts';
import type { LlmConfig } from '../config-model.ts';
import { isModelConfigured, type ModelPlace, placesOf } from '../engine/models.ts';
import type { Check } from './check.ts';

const ANSWER_WITHIN_MS = 4_000;
const NAMED_AT_MOST = 6;

const ModelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/** What each use of a model is called here, and the variables that set it. */
const USES = {
  usual: { name: 'model', variable: 'LLM_MODEL', key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL' },
  cheaper: { name: 'saving', variable: 'LLM_SAVING_MODEL', key: 'OPENAI_API_KEY', url: 'OPENAI_BASE_URL' },
  fallback: {
    name: 'fallback',
    variable: 'LLM_FALLBACK_MODEL',
    key: 'LLM_FALLBACK_API_KEY',
    url: 'LLM_FALLBACK_BASE_URL',
  },
} as const;

/** One line for each model that may be asked. */
export async function checkModels(llm: LlmConfig): Promise<Check[]> {
  if (!isModelConfigured(llm)) {
    const detail = 'none: the agents decide by their rules (set OPENAI_API_KEY or OPENAI_BASE_URL)';
    return [{ name: 'model', status: 'note', detail }];
  }
  return Promise.all(placesOf(llm).map((place) => checkPlace(place, llm)));
}

async function checkPlace(place: ModelPlace, llm: LlmConfig): Promise<Check> {
  const { name, variable } = USES[place.use];
  const answer = await askForModels(place, llm);
  if ('refusal' in answer) return { name, status: 'failed', detail: answer.refusal };
  const { said, offered } = answer;
  if (offered !== null && !offered.includes(place.model)) {
    const some = offered.slice(0, NAMED_AT_MOST).join(', ') || 'none';
    const more = offered.length > NAMED_AT_MOST ? ', …' : '';
    const detail = `${said}, but does not list ${variable}=${place.model}: it has ${some}${more}`;
    return { name, status: 'note', detail };
  }
  const detail = `${place.model}: ${said}; ${takenWords(place, llm)}; ${priceWords(place, llm)}`;
  return { name, status: place.price === null ? 'note' : 'ok', detail };
}

function takenWords({ use, model, baseUrl }: ModelPlace, { knowledgeCutoffMs }: LlmConfig): string {
  const { provider, rungs, knowledgeCutoffMs: known } = capabilitiesOf(model, baseUrl);
  const by = provider === 'unknown' ? 'an unknown provider' : provider;
  const untilMs = (use === 'usual' ? knowledgeCutoffMs : null) ?? known;
  const until = untilMs === null ? 'an unknown day' : new Date(untilMs).toISOString().slice(0, 10);
  return `asked by ${rungs[0]} (${by}), knows the world until ${until}`;
}

function priceWords({ use, model, baseUrl, price }: ModelPlace, llm: LlmConfig): string {
  if (price === null) return unpricedWords(use, llm);
  const listed = capabilitiesOf(model, baseUrl).price;
  const isListed = listed?.inputUsdPerMillion === price.inputUsdPerMillion;
  const source = isListed ? `${new URL(listed.page).host}, read ${listed.readOn}` : 'LLM_PRICE_…';
  const cached = price.cachedInputUsdPerMillion;
  const read = `${price.inputUsdPerMillion}${cached === null ? '' : ` (cached ${cached})`}`;
  const cost = `${read} USD in and ${price.outputUsdPerMillion} USD out for a million tokens (${source})`;
  return `${cost}, ${budgetWords(llm)}`;
}

function unpricedWords(use: ModelPlace['use'], llm: LlmConfig): string {
  const [usual] = placesOf(llm);
  if (use === 'usual' || usual === undefined || usual.price === null)
    return `its price is unknown, so the budget cannot stop anything${
      use === 'usual' ? ': set LLM_PRICE_INPUT_USD and LLM_PRICE_OUTPUT_USD' : ''
    }`;
  return use === 'cheaper'
    ? 'LLM_SAVING_MODEL has no known price: a budget that runs low goes straight to the rules, and the mode saving asks it unmeasured'
    : 'LLM_FALLBACK_MODEL has no known price: what it is asked while LLM_MODEL is down is not measured by the budget';
}

function budgetWords({ budgetUsdPerDay: day, budgetUsdPerCycle: cycle }: LlmConfig): string {
  return day === 0 || cycle === 0
    ? 'never asked: a budget is 0 (LLM_BUDGET_USD_PER_DAY, LLM_BUDGET_USD_PER_CYCLE)'
    : `at most ${day} USD a day and ${cycle} a cycle`;
}

type Answer =
  | { readonly refusal: string }
  /** `offered`: null when the end point answers and tells no list, as some compatible servers do. */
  | { readonly said: string; readonly offered: readonly string[] | null };

async function askForModels({ use, apiKey, baseUrl }: ModelPlace, llm: LlmConfig): Promise<Answer> {
  const { key } = USES[use];
  const base = new URL(baseUrl ?? OPENAI_BASE_URL);
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/models`, base);
  try {
    const response = await fetch(url, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { status } = response;
    if (status === 401 || status === 403)
      return { refusal: `${base.host} refuses the key (HTTP ${status}): correct ${key}` };
    if (status >= 500) return { refusal: `${base.host} fails (HTTP ${status}): ${wayOut(use, llm)}` };
    const list = ModelList.safeParse(status === 200 ? await response.json().catch(() => null) : null);
    return {
      said: `${base.host} answers`,
      offered: list.success ? list.data.data.map(({ id }) => id) : null,
    };
  } catch (thrown) {
    return { refusal: `${base.host} cannot be reached (${whyOf(thrown)}): ${wayOut(use, llm)}` };
  }
}

function wayOut(use: ModelPlace['use'], { whenDown }: LlmConfig): string {
  const mend = `start it or correct ${USES[use].url}`;
  if (use === 'fallback') return `${mend}, or unset LLM_FALLBACK_MODEL`;
  const meanwhile = whenDown === 'rules' ? 'the rules decide' : 'nothing is opened';
  return `${mend}; while no configured model answers, ${meanwhile} (unset OPENAI_API_KEY and OPENAI_BASE_URL for rules alone)`;
}

/** The system's word and no message: that could repeat the address with what is in it. */
function whyOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  if (thrown.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS / 1_000} s`;
  const { cause } = thrown;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : thrown.name;
}
