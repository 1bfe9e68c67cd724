/** Asks the configured model end point what it offers. The key and the address are never repeated, only the host. */
import { z } from 'zod';
import type { LlmConfig } from '../config.ts';
import { isModelConfigured } from '../engine/agents.ts';
import type { Check } from './check.ts';

const OPENAI_URL = 'https://api.openai.com/v1';
const ANSWER_WITHIN_MS = 4_000;
const NAMED_AT_MOST = 6;

const ModelList = z.object({ data: z.array(z.object({ id: z.string() })) });

export async function checkModel(llm: LlmConfig): Promise<Check> {
  const name = 'model';
  if (!isModelConfigured(llm)) {
    return {
      name,
      status: 'note',
      detail: 'none: the agents decide by their rules (set OPENAI_API_KEY or OPENAI_BASE_URL)',
    };
  }
  const answer = await askForModels(llm);
  if ('refusal' in answer) return { name, status: 'failed', detail: answer.refusal };
  const { said, offered } = answer;
  if (offered !== null && !offered.includes(llm.model)) {
    const some = offered.slice(0, NAMED_AT_MOST).join(', ') || 'none';
    const detail = `${said}, but does not list LLM_MODEL=${llm.model}: it has ${some}${offered.length > NAMED_AT_MOST ? ', …' : ''}`;
    return { name, status: 'note', detail };
  }
  if (llm.price !== null)
    return { name, status: 'ok', detail: `${llm.model}, at most ${llm.budgetUsdPerDay} USD a day; ${said}` };
  const detail = `${llm.model}; ${said}; its price is unknown, so the budget cannot stop anything: set LLM_PRICE_INPUT_USD and LLM_PRICE_OUTPUT_USD`;
  return { name, status: 'note', detail };
}

type Answer =
  | { readonly refusal: string }
  /** `offered`: null when the end point answers and tells no list, as some compatible servers do. */
  | { readonly said: string; readonly offered: readonly string[] | null };

async function askForModels({ apiKey, baseUrl }: LlmConfig): Promise<Answer> {
  const base = new URL(baseUrl ?? OPENAI_URL);
  if (base.username !== '' || base.password !== '')
    return {
      refusal: `${base.host} is named with a user, which is never sent: put the key in OPENAI_API_KEY`,
    };
  const url = new URL(`${base.pathname.replace(/\/$/, '')}/models`, base);
  try {
    const response = await fetch(url, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const { status } = response;
    if (status === 401 || status === 403)
      return { refusal: `${base.host} refuses the key (HTTP ${status}): correct OPENAI_API_KEY` };
    if (status >= 500) return { refusal: `${base.host} fails (HTTP ${status}): ${MEND}` };
    const list = ModelList.safeParse(status === 200 ? await response.json().catch(() => null) : null);
    return {
      said: `${base.host} answers`,
      offered: list.success ? list.data.data.map(({ id }) => id) : null,
    };
  } catch (thrown) {
    return { refusal: `${base.host} cannot be reached (${whyOf(thrown)}): ${MEND}` };
  }
}

const MEND =
  'start it or correct OPENAI_BASE_URL; while a configured model does not answer, nothing is opened (unset both for rules alone)';

/** The system's word and no message: that could repeat the address with what is in it. */
function whyOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  if (thrown.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS / 1_000} s`;
  const { cause } = thrown;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : thrown.name;
}
