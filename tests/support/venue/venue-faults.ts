/** What goes wrong on demand: scripted for the nth matching call, or drawn from a seed. */
import { randomFor } from '#exchanges/generator/draws.ts';

/**
 * `executed` says whether the venue did what was asked before the answer got lost. FACTS about what ccxt makes of each
 * are held by `tests/contract/venue/venue-faults.full.test.ts`.
 */
export type FaultEffect =
  /** 503 "Service Unavailable.": surely not executed. */
  | { readonly kind: 'service-unavailable' }
  /** 503 "Unknown error, please check your request or try again later." */
  | { readonly kind: 'unknown-error'; readonly executed: boolean }
  /** −1006, status 500. */
  | { readonly kind: 'unexpected-response'; readonly executed: boolean }
  /** −1007, status 408. */
  | { readonly kind: 'backend-timeout'; readonly executed: boolean }
  /** The connection ends without an answer. */
  | { readonly kind: 'dropped'; readonly executed: boolean }
  /** Headers and half of the answer, then the connection ends. */
  | { readonly kind: 'cut-body'; readonly executed: boolean }
  /** No answer until `releaseHeld`, or for so long; null and the venue is silent until it closes. */
  | { readonly kind: 'held'; readonly executed: boolean; readonly forMs: number | null }
  | { readonly kind: 'rate-limited'; readonly retryAfterS?: number }
  /** 418; the end of the ban stands in the message alone. */
  | { readonly kind: 'banned'; readonly forMs: number }
  /** −1021, whatever the clocks say. */
  | { readonly kind: 'clock-skew' }
  /** Any other refusal; nothing is executed. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly status?: number }
  /** The request arrives late, and is carried out even when nobody waits for it any more. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** A list answers `[]`. */
  | { readonly kind: 'empty-list' }
  /** The order is acknowledged NEW and fills later. */
  | { readonly kind: 'late-fill'; readonly afterMs: number }
  /** A part fills at once; the rest later, or it expires (market) or rests (limit). */
  | { readonly kind: 'partial-fill'; readonly fraction: string; readonly restAfterMs?: number };

export interface FaultRule {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** The path's end, such as `/order`; every path when absent. */
  readonly path?: string;
  /** Parameters that must have these values, such as `{ symbol: 'BTCUSDT', type: 'MARKET' }`. */
  readonly where?: Readonly<Record<string, string>>;
  /** The first matching call it strikes, counted from 1 when the rule is added; 1 when absent. */
  readonly nth?: number;
  /** How many calls it strikes; 1 when absent, null for all to come. */
  readonly times?: number | null;
  /** Strikes a matching call with this probability, by the venue's seed. */
  readonly chanceFraction?: number;
  readonly effect: FaultEffect;
}

export interface FaultedCall {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
}

export interface VenueFaults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The effects that strike this call, in the order they were added. */
  strike(call: FaultedCall): FaultEffect[];
}

export function createVenueFaults(seed: number): VenueFaults {
  const random = randomFor(seed, 'venue faults');
  let rules: { readonly rule: FaultRule; seen: number; struck: number }[] = [];

  function matches({ method, path, where }: FaultRule, call: FaultedCall): boolean {
    return (
      (method === undefined || method === call.method) &&
      (path === undefined || call.path.endsWith(path)) &&
      Object.entries(where ?? {}).every(([name, value]) => call.parameters.get(name) === value)
    );
  }

  return {
    add(rule) {
      rules.push({ rule, seen: 0, struck: 0 });
    },
    clear() {
      rules = [];
    },
    strike(call) {
      const effects: FaultEffect[] = [];
      for (const entry of rules) {
        const { nth = 1, times = 1, chanceFraction = 1, effect } = entry.rule;
        if (!matches(entry.rule, call)) continue;
        entry.seen += 1;
        const isOver = times !== null && entry.struck >= times;
        if (entry.seen < nth || isOver || (chanceFraction < 1 && random.next() >= chanceFraction)) continue;
        entry.struck += 1;
        effects.push(effect);
      }
      return effects;
    },
  };
}
