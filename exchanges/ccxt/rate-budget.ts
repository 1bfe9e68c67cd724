/**
 * Keeps one address within what its venue allows a minute. The venue's own count, told with every reply, is the truth:
 * it adds up all processes behind the address. Reads leave room for orders; an order waits for nothing but a ban.
 */
import { AppError } from '#domain/errors.ts';
import { type Clock, type EpochMs, isoTime, MINUTE_MS } from '#domain/time.ts';
import type { WireReply } from './wire-replies.ts';

/**
 * `order` sends, cancels and looks up, `guard` reads what stands and what is held, `read` the books of the account,
 * `bulk` fetches candles and lists.
 */
export type CallRank = 'order' | 'guard' | 'read' | 'bulk';

/** How far the venue's count may have gone in this minute before a call of this rank is held up. */
const SHARE_OF_LIMIT: Readonly<Record<CallRank, number>> = {
  order: Number.POSITIVE_INFINITY,
  guard: 0.95,
  read: 0.8,
  bulk: 0.5,
};
const USED_WEIGHT_HEADER = 'x-mbx-used-weight-1m';
/** How long we keep quiet after a refusal for load that names no time: a position may be waiting for its stop. */
const REST_MS = 1_500;

export interface RateBudget {
  /**
   * Lets a call of this rank go out; `bulk` waits for its turn. @throws AppError `venue_unavailable` while the venue has
   * banned us, or when this minute's share of the account's own reads is spent
   */
  admit(rank: CallRank): Promise<void>;
  observe(reply: WireReply): void;
}

export interface RateBudgetOptions {
  readonly exchangeId: string;
  readonly clock: Clock;
  /** What the venue allows a minute; null where it does not say. */
  readonly limitPerMinute: number | null;
  readonly wait: (ms: number) => Promise<void>;
}

export function createRateBudget({ exchangeId, clock, limitPerMinute, wait }: RateBudgetOptions): RateBudget {
  let used = { weight: 0, minute: 0 };
  let restsUntilMs = 0;
  let bannedUntilMs = 0;

  const minuteOf = (atMs: EpochMs) => Math.floor(atMs / MINUTE_MS);

  function isOver(rank: CallRank): boolean {
    if (limitPerMinute === null || used.minute !== minuteOf(clock.nowMs())) return false;
    return used.weight >= limitPerMinute * SHARE_OF_LIMIT[rank];
  }

  function refuseWhileResting(rank: CallRank): void {
    const untilMs = rank === 'order' ? bannedUntilMs : Math.max(bannedUntilMs, restsUntilMs);
    if (clock.nowMs() >= untilMs) return;
    const message = `${exchangeId} refuses calls of this address for load until ${isoTime(untilMs)}`;
    throw new AppError('venue_unavailable', message, { context: { exchangeId, untilMs } });
  }

  function spent(): AppError {
    const nextMinute = isoTime((used.minute + 1) * MINUTE_MS);
    const message = `${used.weight} of the ${limitPerMinute} that ${exchangeId} allows a minute are used: reads go on at ${nextMinute}`;
    return new AppError('venue_unavailable', message, { context: { exchangeId, ...used } });
  }

  return {
    async admit(rank) {
      refuseWhileResting(rank);
      while (isOver(rank)) {
        if (rank !== 'bulk') throw spent();
        await wait(MINUTE_MS - (clock.nowMs() % MINUTE_MS));
        refuseWhileResting(rank);
      }
    },
    observe(reply) {
      const { httpStatus, headers } = reply;
      const atMs = clock.nowMs();
      const weight = Number(headerOf(headers, USED_WEIGHT_HEADER) ?? Number.NaN);
      if (Number.isFinite(weight)) used = { weight, minute: minuteOf(atMs) };
      if (httpStatus === 429) restsUntilMs = Math.max(restsUntilMs, restEndOf(reply, atMs));
      if (httpStatus === 418) bannedUntilMs = Math.max(bannedUntilMs, restEndOf(reply, atMs));
    },
  };
}

/** Binance names the end of a ban in its words alone, as the 13 digits of an instant. */
function restEndOf({ headers, venueText }: WireReply, atMs: EpochMs): EpochMs {
  const seconds = Number(headerOf(headers, 'retry-after') ?? Number.NaN);
  if (seconds > 0) return atMs + seconds * 1_000;
  const named = Number(/\b\d{13}\b/.exec(venueText ?? '')?.[0] ?? Number.NaN);
  return named > atMs ? named : atMs + REST_MS;
}

function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}
