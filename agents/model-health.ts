/**
 * A breaker around one model at one provider: what does not answer is left alone for a while instead of being waited
 * for by each agent of each cycle. It knows what this process has seen and nothing else.
 */
import type { Clock, EpochMs } from '#domain/time.ts';
import { type ChatModel, type ModelReply, NO_USAGE } from './chat-model.ts';

export interface HealthPolicy {
  /** Failed HTTP attempts in a row, over all questions, from which on nobody is asked. */
  readonly outagesUntilDown: number;
  /** How long it is left alone before one question tries it again; it doubles with each that fails. */
  readonly restMs: number;
  readonly restCapMs: number;
}

export const DEFAULT_HEALTH: HealthPolicy = { outagesUntilDown: 3, restMs: 30_000, restCapMs: 600_000 };

export interface ModelHealth {
  readonly model: string;
  /** The host it is asked at. */
  readonly provider: string;
  readonly status: 'up' | 'down';
  /** Null until it has answered or failed for the first time in this process. */
  readonly sinceMs: EpochMs | null;
  /** Why it is down, in our words; null when it is up. */
  readonly reason: string | null;
  /** What the provider or the network said to it: for the log, never for a page or a probe. Null when it is up. */
  readonly detail: string | null;
  /** Null when it is up. */
  readonly nextTryAtMs: EpochMs | null;
}

/** A health that has become another, or the first answer in this process. */
export interface ModelHealthChange extends ModelHealth {
  readonly sinceMs: EpochMs;
  readonly wasDownMs: number | null;
}

export interface WatchedModel extends ChatModel {
  health(): ModelHealth;
}

interface Down {
  readonly sinceMs: EpochMs;
  readonly reason: string;
  readonly detail: string;
  /** Questions that tried it and failed, the first one included. */
  readonly tries: number;
  readonly lastTryAtMs: EpochMs;
  readonly nextTryAtMs: EpochMs;
}

type Failure = Exclude<ModelReply, { readonly outcome: 'answered' }>;

export function watchModel(
  model: ChatModel,
  options: {
    readonly provider: string;
    readonly wallClock: Clock;
    readonly policy?: HealthPolicy;
    /** Told once for each change; must not throw. */
    readonly onChange?: (change: ModelHealthChange) => void;
  },
): WatchedModel {
  const { provider, wallClock, onChange } = options;
  const policy = options.policy ?? DEFAULT_HEALTH;
  let down: Down | null = null;
  let upSinceMs: EpochMs | null = null;
  let outages = 0;
  let isTrying = false;

  function health(): ModelHealth {
    const { sinceMs = upSinceMs, reason = null, detail = null, nextTryAtMs = null } = down ?? {};
    const status = down ? 'down' : 'up';
    return { model: model.name, provider, status, sinceMs, reason, detail, nextTryAtMs };
  }

  function answered(): void {
    outages = 0;
    if (down === null && upSinceMs !== null) return;
    const nowMs = wallClock.nowMs();
    const wasDownMs = down === null ? null : Math.max(0, nowMs - down.sinceMs);
    down = null;
    upSinceMs = nowMs;
    onChange?.({ ...health(), sinceMs: nowMs, wasDownMs });
  }

  function failed({ outage, outcome, detail }: Failure, isTry: boolean): void {
    if (outage === undefined) return;
    // What was asked before it went down tells nothing new.
    if (down !== null && !isTry) return;
    outages += outage.attempts;
    if (down === null && !outage.isCertain && outages < policy.outagesUntilDown) return;
    const nowMs = wallClock.nowMs();
    const tries = (down?.tries ?? 0) + 1;
    const restMs = Math.min(policy.restCapMs, policy.restMs * 2 ** (tries - 1));
    const askedMs = Math.min(policy.restCapMs, outage.comesBackInMs ?? 0);
    const wasDown = down !== null;
    down = {
      sinceMs: down?.sinceMs ?? nowMs,
      reason: outcome.replaceAll('_', ' '),
      detail: detail.slice(0, 300),
      tries,
      lastTryAtMs: nowMs,
      nextTryAtMs: nowMs + Math.max(restMs, askedMs),
    };
    if (!wasDown) onChange?.({ ...health(), sinceMs: nowMs, wasDownMs: null });
  }

  /** A clock that was set back does not keep a model resting for longer than it was to. */
  function isResting({ lastTryAtMs, nextTryAtMs }: Down): boolean {
    const nowMs = wallClock.nowMs();
    return isTrying || (nowMs >= lastTryAtMs && nowMs < nextTryAtMs);
  }

  return {
    name: model.name,
    health,
    downtime: () =>
      down === null ? null : { mayBeTried: !isResting(down), reply: notAsked(model.name, down) },
    async ask(request) {
      const isTry = down !== null;
      if (down !== null) {
        if (isResting(down)) return notAsked(model.name, down);
        isTrying = true;
      }
      try {
        const reply = await model.ask(request);
        if (reply.outcome === 'answered' || reply.outcome === 'refused' || reply.outcome === 'filtered')
          answered();
        else failed(reply, isTry);
        return reply;
      } finally {
        // Also when the run was interrupted: the next question tries instead.
        if (isTry) isTrying = false;
      }
    },
  };
}

function notAsked(name: string, { sinceMs, reason, detail }: Down): ModelReply {
  const since = new Date(sinceMs).toISOString().slice(0, 19);
  return {
    outcome: 'model_down',
    detail: `${name} was not asked: it is down since ${since}Z (${reason}: ${detail})`,
    usage: NO_USAGE,
  };
}
