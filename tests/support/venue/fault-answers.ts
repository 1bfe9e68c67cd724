/** What each fault puts on the wire instead of the venue's own answer. */
import type { EpochMs } from '#domain/time.ts';
import type { FillPlan } from './matching.ts';
import type { FaultEffect } from './venue-faults.ts';

export interface FaultAnswer {
  /** Whether the request is carried out all the same. */
  readonly executed: boolean;
  readonly status?: number;
  readonly code?: number;
  /** Replaces the venue's answer. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly end?: 'drop' | 'cut' | 'hold';
  readonly forMs?: number | null;
}

export interface StruckCall {
  readonly atMs: EpochMs;
  readonly path: string;
}

/** The first of the effects that changes the answer; null when the venue answers for itself. */
export function answerFor(effects: readonly FaultEffect[], call: StruckCall): FaultAnswer | null {
  for (const effect of effects) {
    const answer = faultAnswer(effect, call);
    if (answer) return answer;
  }
  return null;
}

/** How the order of this call fills, when a fault says so. */
export function fillPlanOf(effects: readonly FaultEffect[]): FillPlan | undefined {
  for (const effect of effects) {
    if (effect.kind === 'late-fill') return { firstFraction: '0', restAfterMs: effect.afterMs };
    if (effect.kind === 'partial-fill')
      return { firstFraction: effect.fraction, restAfterMs: effect.restAfterMs ?? null };
  }
  return undefined;
}

function faultAnswer(effect: FaultEffect, call: StruckCall): FaultAnswer | null {
  switch (effect.kind) {
    case 'service-unavailable':
      return unavailable(call, 'Service Unavailable.', false);
    case 'unknown-error':
      return unavailable(
        call,
        'Unknown error, please check your request or try again later.',
        effect.executed,
      );
    case 'unexpected-response':
      return refused(
        500,
        -1006,
        'An unexpected response was received from the message bus. Execution status unknown.',
        effect.executed,
      );
    case 'backend-timeout':
      return refused(
        408,
        -1007,
        'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
        effect.executed,
      );
    case 'dropped':
      return { executed: effect.executed, end: 'drop' };
    case 'cut-body':
      return effect.executed
        ? { executed: true, end: 'cut' }
        : { executed: false, end: 'cut', body: { code: -1000, msg: 'Internal error' }, status: 200 };
    case 'held':
      return effect.executed
        ? { executed: true, end: 'hold', forMs: effect.forMs }
        : { ...unavailable(call, 'Service Unavailable.', false), end: 'hold', forMs: effect.forMs };
    case 'rate-limited': {
      const message = 'Too many requests; current limit of IP(127.0.0.1) is 2400 requests per minute.';
      const wait = effect.retryAfterS;
      return {
        ...refused(429, -1003, message),
        ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }),
      };
    }
    case 'banned':
      return refused(
        418,
        -1003,
        `Way too many requests; IP banned until ${call.atMs + effect.forMs}. Please use the websocket for live updates to avoid bans.`,
      );
    case 'clock-skew':
      return refused(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
    case 'refused':
      return refused(effect.status ?? 400, effect.code, effect.message);
    case 'empty-list':
      return { executed: true, status: 200, body: [] };
    case 'latency':
    case 'late-fill':
    case 'partial-fill':
      return null;
  }
}

function refused(status: number, code: number, message: string, executed = false): FaultAnswer {
  return { executed, status, code, body: { code, msg: message } };
}

/** The gateway's own answer has no number: status and words are all there is to read (seen in the wild in 2020). */
function unavailable({ atMs, path }: StruckCall, msg: string, executed: boolean): FaultAnswer {
  return { executed, status: 503, body: { timestamp: atMs, path, msg } };
}
