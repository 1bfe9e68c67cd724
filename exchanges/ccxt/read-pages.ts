/** Reads a venue's history from where the last reading ended, page by page, without a gap or a repetition. */
import { AppError } from '#domain/errors.ts';
import { DAY_MS, type EpochMs, HOUR_MS, SECOND_MS } from '#domain/time.ts';

export interface HistoryEntry {
  readonly id: string;
  readonly atMs: EpochMs;
}

/** How far a history has been read: the newest instant, and the ids of what stands close before it. */
export interface HistoryMark {
  readonly atMs: EpochMs;
  readonly ids: readonly string[];
}

export interface HistoryPages<Entry extends HistoryEntry> {
  /** At most `limit` entries with `fromMs <= atMs <= toMs`, the oldest of them. */
  readonly read: (fromMs: EpochMs, toMs: EpochMs, limit: number) => Promise<readonly Entry[]>;
  readonly what: string;
  /** Nothing before this is told, however far the reading overlaps. */
  readonly notBeforeMs: EpochMs;
  /** Everything since is read anew, and told anew, where the mark is further. */
  readonly againFromMs?: EpochMs;
}

/** Read again each time: a venue may tell of something a moment after what came later. */
const OVERLAP_MS = 30 * SECOND_MS;
/** The widest span Binance answers. */
const WINDOW_MS = 7 * DAY_MS - HOUR_MS;
export const PAGE_LIMIT = 500;

/** What is new since the mark, oldest first, and the mark to go on from. */
export async function readPages<Entry extends HistoryEntry>(
  pages: HistoryPages<Entry>,
  mark: HistoryMark,
  nowMs: EpochMs,
): Promise<{ readonly entries: readonly Entry[]; readonly mark: HistoryMark }> {
  const seen = new Set(mark.ids);
  const entries: Entry[] = [];
  const onwardsMs = mark.ids.length === 0 ? mark.atMs : mark.atMs - OVERLAP_MS;
  let fromMs = Math.max(pages.notBeforeMs, Math.min(onwardsMs, pages.againFromMs ?? onwardsMs));
  while (fromMs <= nowMs) {
    const toMs = Math.min(fromMs + WINDOW_MS, nowMs);
    const page = [...(await pages.read(fromMs, toMs, PAGE_LIMIT))].sort(byTime);
    for (const entry of page) {
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      entries.push(entry);
    }
    const last = page.at(-1);
    if (page.length < PAGE_LIMIT) fromMs = toMs + 1;
    else if (last !== undefined && last.atMs > fromMs) fromMs = last.atMs;
    else throw tooDense(pages.what, fromMs);
  }
  entries.sort(byTime);
  return { entries, mark: markAfter(mark, entries, nowMs) };
}

function markAfter(mark: HistoryMark, entries: readonly HistoryEntry[], nowMs: EpochMs): HistoryMark {
  const newestMs = entries.at(-1)?.atMs;
  // Without news for long, the mark moves in days, so that an idle account is not read from its beginning each time.
  if (newestMs === undefined)
    return nowMs - mark.atMs > 2 * DAY_MS ? { atMs: nowMs - DAY_MS, ids: [] } : mark;
  const atMs = Math.max(mark.atMs, newestMs);
  const close = entries.filter((entry) => entry.atMs >= atMs - OVERLAP_MS).map(({ id }) => id);
  const kept = atMs - mark.atMs <= OVERLAP_MS ? mark.ids : [];
  return { atMs, ids: [...new Set([...kept, ...close])].sort() };
}

export function byTime(left: HistoryEntry, right: HistoryEntry): number {
  return left.atMs - right.atMs || left.id.localeCompare(right.id, 'en', { numeric: true });
}

function tooDense(what: string, atMs: EpochMs): AppError {
  const message = `${what} has more than ${PAGE_LIMIT} entries at one instant, ${atMs}: they cannot be read page by page`;
  return new AppError('venue_unavailable', message, { context: { what, atMs } });
}
