/** How the prices of a venue come, for `doctor`: pushed, or by REST. */
import { SECOND_MS } from '#domain/time.ts';
import type { MarketStream, PriceTick } from '#exchanges/ports/market-data.ts';
import type { OpenMarket } from '../engine/market-source.ts';
import { wallClock } from '../wall-clock.ts';

/** A venue that pushes at all tells a mark price every second. */
const FIRST_PRICE_WITHIN_MS = 3 * SECOND_MS;

export async function priceWords(
  { market: { stream }, symbols }: Pick<OpenMarket, 'market' | 'symbols'>,
  isWanted: boolean,
): Promise<string> {
  if (!isWanted) return 'prices by REST: VIGIL_STREAMS is false';
  if (!stream) return 'prices by REST: no stream of this venue is known';
  const tick = await firstPrice(stream, symbols);
  if (!tick) return `prices by REST: nothing was streamed within ${FIRST_PRICE_WITHIN_MS / SECOND_MS} s`;
  return `prices streamed, the last ${Math.max(0, wallClock.nowMs() - tick.atMs)} ms old`;
}

async function firstPrice(stream: MarketStream, symbols: OpenMarket['symbols']): Promise<PriceTick | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(null), FIRST_PRICE_WITHIN_MS);
    const stop = stream.onPrice(symbols, finish);
    function finish(tick: PriceTick | null): void {
      clearTimeout(timer);
      stop();
      resolve(tick);
    }
  });
}
