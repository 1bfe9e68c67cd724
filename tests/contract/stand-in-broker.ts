/** The contract of a broker over ccxt, held against a stand-in that speaks another venue's protocol. */
import { createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { startStandIn, type VenueProtocol } from '#tests/support/stand-ins/start-stand-in.ts';
import type { BrokerHarness } from './broker.contract.ts';

const SYMBOL = 'BTC/USDT:USDT';

export interface StandInVenue {
  /** The id of the exchange in ccxt. */
  readonly exchangeId: string;
  readonly protocol: VenueProtocol;
}

export async function standInHarness({ exchangeId, protocol }: StandInVenue): Promise<BrokerHarness> {
  const wallClock = { nowMs: () => Date.now() };
  const venue = await startStandIn(protocol);
  await venue.setPrice('BTCUSDT', 50_000);
  const { baseUrl, apiKey, secret, password } = venue;
  const fromMs = wallClock.nowMs() - 1_000;
  const open = () =>
    createCcxtBroker({
      ...{ exchangeId, baseUrl, fromMs, wallClock },
      credentials: { apiKey, secret, password },
      symbols: [SYMBOL],
    });
  const first = await open();
  const instrument = (await first.instruments()).get(SYMBOL);
  if (!instrument) throw new Error(`the stand-in for ${exchangeId} lists no ${SYMBOL}`);
  const brokers = [first];
  let lastQuote = 50_000;
  return {
    broker: first,
    instrument,
    lastQuote: () => lastQuote,
    async moveTo(priceQuote) {
      lastQuote = Math.round(priceQuote * 10) / 10;
      await venue.setPrice('BTCUSDT', lastQuote);
    },
    async reopened() {
      const broker = await open();
      brokers.push(broker);
      return broker;
    },
    async close() {
      await Promise.all(brokers.map((broker) => broker.close()));
      await venue.close();
    },
  };
}
