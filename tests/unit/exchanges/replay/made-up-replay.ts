/** A replay over a folder of made-up files, which is gone after the test. */
import { onTestFinished } from 'vitest';
import { DAY_MS } from '#domain/time.ts';
import { createReplayMarket, type ReplayOptions } from '#exchanges/replay/replay-market.ts';
import { type CandleFolder, type CandleSpan, createCandleFolder } from '#tests/support/candle-files.ts';

export const FROM_MS = Date.UTC(2025, 0, 1);
export const FIVE_DAYS: CandleSpan = { timeframe: '5m', fromMs: FROM_MS, toMs: FROM_MS + 5 * DAY_MS };
export const BTC = 'BTC/USDT:USDT';
export const ETH = 'ETH/USDT:USDT';
/** Twelve bars of 4h: two days of look-back. */
export const BARS = 12;
export const START_MS = FROM_MS + 2 * DAY_MS;

export async function candleFolder(files: Record<string, string> = {}): Promise<CandleFolder> {
  const folder = await createCandleFolder(files);
  onTestFinished(() => folder.remove());
  return folder;
}

export async function replayOf(files: Record<string, string>, options: Partial<ReplayOptions> = {}) {
  const { path } = await candleFolder(files);
  return createReplayMarket({ path, symbols: [BTC], barsPerSeries: BARS, ...options });
}

export function snapshotAt(market: Awaited<ReturnType<typeof replayOf>>, asOfMs: number, symbols = [BTC]) {
  return market.snapshot({ symbols, asOfMs, barsPerSeries: BARS, snapshotId: 's' });
}
