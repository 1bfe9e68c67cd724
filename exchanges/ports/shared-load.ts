/** What the processes behind one address tell each other of the calls their venue still allows. */
import type { EpochMs } from '#domain/time.ts';

export interface VenueLoad {
  /** The venue's own count for the address, in its weights. */
  readonly usedWeight: number;
  /** The minute of that count, counted from the epoch. */
  readonly minute: number;
  /** Until when the venue refuses for load (429); 0 when it never did. */
  readonly restsUntilMs: EpochMs;
  /** Until when it has banned the address (418); 0 when it never did. */
  readonly bannedUntilMs: EpochMs;
}

export const NO_LOAD: VenueLoad = { usedWeight: 0, minute: 0, restsUntilMs: 0, bannedUntilMs: 0 };

export interface SharedLoad {
  /** The worst anyone has told; from memory, so that no call waits for it. */
  known(): VenueLoad;
  /** Tells the others. Does not wait and does not fail: without it each process learns for itself. */
  tell(load: VenueLoad): void;
}
