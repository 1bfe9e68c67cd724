/** The candles `backfill` has stored of a venue, as a replay reads files. The table keeps no funding. */
import type { CandleRepository } from '#db/repositories/candles.ts';
import { AppError } from '#domain/errors.ts';
import type { CandleArchive } from '#exchanges/replay/candle-archive.ts';
import type { CandleFile } from '#exchanges/replay/candle-file-name.ts';

const ALL_TIME = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const PLACE = 'the stored candles';

/** @throws AppError `candle_data_missing` where nothing of the venue is stored */
export async function storedArchive(
  candles: Pick<CandleRepository, 'held' | 'coverage' | 'between'>,
  venue: string,
): Promise<CandleArchive> {
  const held = await candles.held();
  const own = held.filter((series) => series.venue === venue);
  if (own.length === 0) {
    const there = [...new Set(held.map((series) => series.venue))].join(', ') || 'no venue';
    const message = `no candles of ${venue} are stored, but of ${there}: store some with backfill --market ${venue}, name another in VIGIL_MARKET, or files with --data`;
    throw new AppError('candle_data_missing', message, { context: { venue } });
  }
  const files: CandleFile[] = [];
  for (const { symbol, timeframe } of own) {
    // Stretches without a hole: a replay joins those that touch, and knows of the others.
    const { bars } = await candles.coverage({ venue, symbol, timeframe }, ALL_TIME);
    for (const { fromMs, toMs } of bars) {
      const name = `${venue} ${symbol} ${timeframe} ${fromMs}`;
      files.push({ kind: 'candles', name, venue: venue.toUpperCase(), symbol, timeframe, fromMs, toMs });
    }
  }
  return {
    index: { path: PLACE, folder: PLACE, candles: files, fundings: [], ignored: new Map() },
    read: ({ symbol, timeframe, fromMs, toMs }) =>
      candles.between({ venue, symbol, timeframe }, { fromMs, toMs }),
  };
}
