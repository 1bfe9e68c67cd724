/**
 * The one door to a model provider: any server that speaks OpenAI's chat completions. Counts every HTTP attempt,
 * retries in this layer only, and turns whatever a provider does into a `ModelReply`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LlmCall } from '#domain/desk-event.ts';
import type { CallUsage } from './agent-desk.ts';
import {
  addUsage,
  type ChatModel,
  type ModelFailure,
  type ModelReply,
  type ModelRequest,
  NO_USAGE,
  type Outage,
  throwIfInterrupted,
} from './chat-model.ts';
import { type AttemptResult, attemptCompletion, type Library } from './model-attempt.ts';
import { capabilitiesOf } from './model-capabilities.ts';
import type { ChatModelOptions } from './model-options.ts';
import { DEFAULT_RETRY, judgeFailure, retryDelay } from './model-retry.ts';
import type { WireOutcome } from './model-wire.ts';
import { once } from './once.ts';
import { type ResponseRung, rungBelow } from './response-format.ts';

export function createChatModel(options: ChatModelOptions): ChatModel {
  const policy = options.retry ?? DEFAULT_RETRY;
  const { rungs } = capabilitiesOf(options.model, options.baseUrl);
  let provenRung: ResponseRung = rungs[0];
  // Then each question tries the last one alone, until it is taken: not every rung again at a provider that takes none.
  let isEachRefused = false;

  async function ask(request: ModelRequest): Promise<ModelReply> {
    const library = await loadLibrary();
    if (library === null)
      return { outcome: 'no_model', detail: '@langchain/openai cannot be loaded', usage: NO_USAGE };
    const { deadline, hadItsTime } = deadlineOf(request, options.timeoutMs);
    let rung = isEachRefused ? (rungs.at(-1) ?? provenRung) : provenRung;
    let usage = NO_USAGE;
    let counted = 0;
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      throwIfInterrupted(request);
      const result = await attemptCompletion(options, request, {
        ...{ library, rung, attempt, waitedMs, deadline },
      });
      const isStored = await stored(result.call, options);
      const { inputTokens, outputTokens, costUsd } = result.call;
      usage = addUsage(usage, { calls: 1, inputTokens, outputTokens, costUsd });
      throwIfInterrupted(request);
      if (!isStored) return { ...UNSTORED, usage: addUsage(usage, UNKNOWN_COST) };
      const { outcome, call } = result;
      const detail = call.error ?? 'the provider gave no reason';
      if (result.timedOut) {
        const late = hadItsTime()
          ? `no answer within ${options.timeoutMs} ms`
          : 'no answer in what was left of the question’s time';
        return {
          ...{ outcome: 'timed_out', detail: late, usage },
          outage: { attempts: attempt, isCertain: hadItsTime(), comesBackInMs: null },
        };
      }
      if (outcome.kind === 'ok') {
        if (!isEachRefused) provenRung = rung;
        isEachRefused = false;
        return replyOf(result, usage);
      }
      const verdict = judgeFailure(outcome);
      if (verdict === 'unusable') return { outcome: 'no_model', detail, usage, outage: certain(attempt) };
      const weaker = verdict === 'unsupported' ? rungBelow(rung, rungs) : null;
      if (weaker !== null) {
        rung = weaker;
        waitedMs = 0;
        continue;
      }
      counted += 1;
      const failure = { outcome: failureOf(outcome), detail, usage };
      isEachRefused ||= verdict === 'unsupported';
      // One question may be to blame itself; that many in a row are not.
      if (verdict !== 'retry')
        return { ...failure, outage: { attempts: counted, isCertain: false, comesBackInMs: null } };
      const nowMs = options.wallClock.nowMs();
      const { delayMs, isTooLong } = retryDelay(counted, outcome, { policy, random: options.random, nowMs });
      if (isTooLong) return { ...failure, outage: certain(counted, delayMs) };
      if (counted >= options.maxAttempts)
        return { ...failure, outage: { attempts: counted, isCertain: false, comesBackInMs: null } };
      if (!(await waited(delayMs, request, deadline)))
        return { ...failure, outage: { attempts: counted, isCertain: hadItsTime(), comesBackInMs: null } };
      waitedMs = delayMs;
    }
  }

  return { name: options.model, ask };
}

const UNSTORED = { outcome: 'call_unstored', detail: 'the call could not be stored' } as const;
const UNKNOWN_COST: CallUsage = { calls: 0, inputTokens: null, outputTokens: null, costUsd: null };

async function stored(
  call: LlmCall,
  { recordCall, onUnstored }: Pick<ChatModelOptions, 'recordCall' | 'onUnstored'>,
): Promise<boolean> {
  try {
    await recordCall(call);
    return true;
  } catch (error) {
    onUnstored?.(call, error);
    return false;
  }
}

/** Slow to load, so only a configured model that is really asked pays for it, and once: null where it cannot be loaded. */
const loadLibrary = once((): Promise<Library | null> => import('@langchain/openai').catch(() => null));

function failureOf(outcome: Exclude<WireOutcome, { kind: 'ok' }>): ModelFailure {
  if (outcome.kind === 'unanswered') return 'unreachable';
  if (outcome.kind === 'invalid') return 'completion_unreadable';
  return outcome.httpStatus === 429 ? 'rate_limited' : 'provider_failed';
}

function replyOf({ outcome, text, refusal }: AttemptResult, usage: CallUsage): ModelReply {
  const finish = outcome.kind === 'ok' ? outcome.completion.choices[0]?.finish_reason : null;
  if (refusal !== null)
    return { outcome: finish === 'content_filter' ? 'filtered' : 'refused', detail: refusal, usage };
  return { outcome: 'answered', text: text ?? '', usage, ...(finish === 'length' && { isCut: true }) };
}

/** This model's own limit, and what a turn or another model before it has left of the question's time. */
function deadlineOf({ deadline }: ModelRequest, timeoutMs: number) {
  // Before the question's, which may begin with it: of two that are as long the first one is over first.
  const own = AbortSignal.timeout(timeoutMs);
  const hadItsTime = () => own.aborted;
  return {
    deadline: deadline === undefined ? own : AbortSignal.any([deadline.signal(), own]),
    hadItsTime,
  };
}

function certain(attempts: number, comesBackInMs: number | null = null): Outage {
  return { attempts, isCertain: true, comesBackInMs };
}

/** False when the deadline came first. */
async function waited(delayMs: number, request: ModelRequest, deadline: AbortSignal): Promise<boolean> {
  try {
    await sleep(delayMs, undefined, { signal: AbortSignal.any([request.signal, deadline]) });
    return true;
  } catch {
    throwIfInterrupted(request);
    return false;
  }
}
