/** One account on one venue: a desk that dies now and then, and flows in several symbols side by side. */
import { setTimeout as pause } from 'node:timers/promises';
import { createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import { runFlow } from './order-flow.ts';
import { auditFlows } from './order-flow-audit.ts';
import { type FlowDesk, startFlowDesk } from './order-flow-desk.ts';
import type { TestDatabase } from './test-database.ts';
import { connectVenueClient } from './venue/venue-client.ts';
import { startVenueProcess } from './venue/venue-process.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'XRP/USDT:USDT'];
const LOOKS_AT_THE_END = 100;

export interface LanePlan {
  readonly test: TestDatabase;
  /** The bundled desk. */
  readonly script: string;
  readonly lane: number;
  readonly seed: number;
  readonly flows: number;
}

/** An account on a venue of its own, and the desk that trades there. */
export async function openLane(
  { test, script }: Pick<LanePlan, 'test' | 'script'>,
  deskId: string,
  options: Parameters<typeof startVenueProcess>[0] = {},
) {
  const venue = await startVenueProcess({ walletBalance: '1000000', ...options });
  const market = await createCcxtMarket({
    exchangeId: 'binanceusdm',
    baseUrl: venue.baseUrl,
    symbols: SYMBOLS,
    barsPerSeries: 10,
    wallClock: { nowMs: Date.now },
  });
  const instruments = await market.instruments();
  await market.close();
  const desk = await startFlowDesk(script, {
    databaseUrl: test.url,
    deskId,
    venue: { baseUrl: venue.baseUrl, apiKey: venue.apiKey, secret: venue.secret },
    symbols: SYMBOLS,
    instruments,
    fromMs: Date.now() - 1_000,
    requestTimeoutMs: 500,
    receiveWindowMs: 1_500,
  });
  return { venue, desk, instruments };
}

export async function runLane({ test, script, lane, seed, flows }: LanePlan) {
  const deskId = `lane-${lane}`;
  // Whose id the order of a fired stop has on the real venue nobody has written down: every other lane differs.
  const { venue, desk, instruments } = await openLane({ test, script }, deskId, {
    ...{ seed, firesUnderOwnIds: lane % 2 === 1 },
  });
  const byHand = await connectVenueClient(venue);
  await byHand.loadMarkets();
  try {
    const of = { venue, desk, byHand, seed };
    await Promise.all(
      instruments.map(async (instrument, index) => {
        for (let number = index; number < flows; number += instruments.length)
          await runFlow(of, instrument, number);
      }),
    );
    await venue.clearFaults();
    await venue.change({ clockAheadMs: 0 });
    // A process that has just come reads the funding, too, and at once.
    await desk.kill();
    await untilQuiet(desk);
    const audit = await auditFlows(test.database, deskId, await venue.snapshot());
    return { ...audit, deaths: desk.deaths };
  } finally {
    await desk.close();
    await byHand.close();
    await venue.close();
  }
}

async function untilQuiet(desk: FlowDesk): Promise<void> {
  for (let looks = 0; looks < LOOKS_AT_THE_END; looks++) {
    const view = await desk.ask({ kind: 'look' }).catch(() => null);
    if (view?.unknownOutcomes === 0 && view.atWork + view.positions.length + view.openOrders.length === 0)
      return;
    await pause(100);
  }
}
