import { toAppError } from '#domain/errors.ts';
import type { Config } from '../config.ts';
import { openLiveBroker } from '../engine/desk-venues.ts';
import { DEFAULT_POOL } from '../engine/market-source.ts';
import { wallClock } from '../wall-clock.ts';
import type { Check } from './check.ts';

const NAME = 'account';

/** Whether the live account can be traded with, as a start would ask it; nothing on paper. */
export async function checkAccount(config: Config): Promise<Check[]> {
  if (config.mode === 'paper') return [];
  try {
    const symbols = config.market.symbols ?? DEFAULT_POOL;
    const broker = await openLiveBroker(config, { symbols, fromMs: wallClock.nowMs(), wallClock });
    try {
      const doubts = await broker.check();
      const { equityQuote, quote } = await broker.account();
      const positions = await broker.positions();
      const held = `equity ${equityQuote} ${quote}, ${positions.length} positions`;
      return [
        { name: NAME, status: 'ok', detail: `${config.market.source} answers to the key: ${held}` },
        ...doubts.map((detail): Check => ({ name: NAME, status: 'note', detail })),
      ];
    } finally {
      await broker.close();
    }
  } catch (thrown) {
    return [{ name: NAME, status: 'failed', detail: toAppError(thrown).message }];
  }
}
