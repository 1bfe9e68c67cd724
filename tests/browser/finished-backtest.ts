import { vi } from 'vitest';
import type { Backtest } from '#domain/backtest.ts';
import { TRADING_FROM } from '../support/test-desk.ts';
import { askVigil } from './ask-vigil.ts';

/** It gives way to whatever else the machine does. */
export const WALKED = { timeout: 120_000, interval: 100 };

/** A few hours of one symbol, walked to their end; gives its id. */
export async function finishedBacktest(vigil: Parameters<typeof askVigil>[0]): Promise<string> {
  const span = { from: TRADING_FROM, to: '2025-01-02T22:00:00Z', symbols: ['BTC'] };
  const { backtestId } = await askVigil<{ backtestId: string }>(vigil, '/api/backtests', span);
  await vi.waitFor(async () => {
    const { status } = await askVigil<Backtest>(vigil, `/api/backtests/${backtestId}`);
    if (status !== 'finished') throw new Error(`the backtest is ${status}`);
  }, WALKED);
  return backtestId;
}
