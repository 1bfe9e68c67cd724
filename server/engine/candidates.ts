import type { MarketSymbol } from '#domain/symbol.ts';
import { type Clock, MINUTE_MS } from '#domain/time.ts';

const FRESH_MS = 15 * MINUTE_MS;

/** Symbols that join a desk's own for a while. Nobody waits for a reading: the last one stands until the next has come. */
export interface Candidates {
  current(): readonly MarketSymbol[];
}

export interface CandidatesOptions {
  readonly read: () => Promise<readonly MarketSymbol[]>;
  readonly clock: Clock;
  /** Told of every reading that failed; the last one that did not stands. */
  readonly onFailure: (thrown: unknown) => void;
}

/** Reads once before it answers. @throws what the first reading throws when `isFatal` says so */
export async function openCandidates(
  options: CandidatesOptions & { readonly isFatal: (thrown: unknown) => boolean },
): Promise<Candidates> {
  const { read, clock, onFailure, isFatal } = options;
  let symbols: readonly MarketSymbol[] = [];
  let askedAtMs = clock.nowMs();

  async function refresh(): Promise<void> {
    askedAtMs = clock.nowMs();
    symbols = await read();
  }

  await refresh().catch((thrown: unknown) => {
    if (isFatal(thrown)) throw thrown;
    onFailure(thrown);
  });
  return {
    current() {
      if (clock.nowMs() - askedAtMs >= FRESH_MS) void refresh().catch(onFailure);
      return symbols;
    },
  };
}

/** Each symbol once, the desk's own first. */
export function withCandidates(
  symbols: readonly MarketSymbol[],
  candidates: Candidates,
): readonly MarketSymbol[] {
  return [...new Set([...symbols, ...candidates.current()])];
}
