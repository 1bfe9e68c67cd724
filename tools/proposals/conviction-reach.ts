import type { ConvictionReach } from '#domain/allowance.ts';
import type { QAdvice, Signal } from '#domain/signal.ts';
import { fuseConviction } from './fuse.ts';
import { OPEN_CONVICTION } from './propose.ts';

/** What the Context agent can make of a signal and its advice at most, by the same fusion that decides after it. */
export function convictionReach(
  signal: Signal,
  advice: QAdvice | null,
  convictionWeight: number,
): ConvictionReach {
  const fusedWith = (conviction: number) =>
    fuseConviction(
      signal,
      advice,
      { symbol: signal.symbol, stance: 'neutral', conviction, evidence: [], summary: '' },
      convictionWeight,
    );
  const side = signal.action === 'buy' ? 1 : signal.action === 'sell' ? -1 : null;
  const without = fusedWith(0).conviction;
  const [least, most] = [fusedWith(-1).conviction, fusedWith(1).conviction];
  return {
    ...{ without, least, most, weight: fusedWith(1).weight },
    openNeeds: side === null ? null : side * OPEN_CONVICTION,
  };
}
