/**
 * Keeps one address within what its venue allows a minute. The venue's own count, told with every reply, is the truth:
 * it adds up all processes behind the address. What it told one of them the others hear of, and the processes of one
 * database are taken to share an address. Reads leave room for orders; an order waits for nothing but a ban this very
 * process was told of: behind another address after all, it must not leave a position without its stop.
 */
import { AppError } from '#domain/errors.ts';
import { type Clock, type EpochMs, isoTime, MINUTE_MS } from '#domain/time.ts';
import { NO_LOAD, type SharedLoad } from '#exchanges/ports/shared-load.ts';
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
/** A count is told to the others from where the first rank is held up, and again after each such share of the limit. */
const TELL_STEP_OF_LIMIT = 0.05;

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
  /** Absent where this process stands alone. */
  readonly shared?: SharedLoad | undefined;
}

export function createRateBudget(options: RateBudgetOptions): RateBudget {
  const { exchangeId, clock, limitPerMinute, wait, shared } = options;
  let used = { weight: 0, minute: 0 };
  let told = { weight: 0, minute: 0 };
  let restsUntilMs = 0;
  let bannedUntilMs = 0;

  const minuteOf = (atMs: EpochMs) => Math.floor(atMs / MINUTE_MS);
  const known = () => shared?.known() ?? NO_LOAD;

  function usedThisMinute(): number {
    const minute = minuteOf(clock.nowMs());
    const theirs = known();
    return Math.max(
      used.minute === minute ? used.weight : 0,
      theirs.minute === minute ? theirs.usedWeight : 0,
    );
  }

  function isOver(rank: CallRank): boolean {
    return limitPerMinute !== null && usedThisMinute() >= limitPerMinute * SHARE_OF_LIMIT[rank];
  }

  function refuseWhileResting(rank: CallRank): void {
    const theirs = known();
    const untilMs =
      rank === 'order'
        ? bannedUntilMs
        : Math.max(bannedUntilMs, restsUntilMs, theirs.bannedUntilMs, theirs.restsUntilMs);
    if (clock.nowMs() >= untilMs) return;
    const message = `${exchangeId} refuses calls of this address for load until ${isoTime(untilMs)}`;
    throw new AppError('venue_unavailable', message, { context: { exchangeId, untilMs } });
  }

  function spent(): AppError {
    const weight = usedThisMinute();
    const nextMinute = isoTime((minuteOf(clock.nowMs()) + 1) * MINUTE_MS);
    const message = `${weight} of the ${limitPerMinute} that ${exchangeId} allows a minute are used: reads go on at ${nextMinute}`;
    return new AppError('venue_unavailable', message, { context: { exchangeId, weight } });
  }

  function isWorthTelling(): boolean {
    if (limitPerMinute === null || used.weight < limitPerMinute * SHARE_OF_LIMIT.bulk) return false;
    return used.minute !== told.minute || used.weight >= told.weight + limitPerMinute * TELL_STEP_OF_LIMIT;
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
      if (httpStatus !== 429 && httpStatus !== 418 && !isWorthTelling()) return;
      told = used;
      shared?.tell({ usedWeight: used.weight, minute: used.minute, restsUntilMs, bannedUntilMs });
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
