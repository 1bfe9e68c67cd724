import { createCcxtBroker } from '#exchanges/ccxt/ccxt-broker.ts';
import { createCcxtMarket } from '#exchanges/ccxt/ccxt-market.ts';
import { startVenue } from '#tests/support/venue/start-venue.ts';
import { describeBroker } from './broker.contract.ts';

const SYMBOL = 'BTC/USDT:USDT';

describeBroker('binanceusdm through ccxt, on the test venue', async () => {
  const wallClock = { nowMs: () => Date.now() };
  const venue = await startVenue({});
  await venue.setPrice('BTCUSDT', 50_000);
  const address = { exchangeId: 'binanceusdm', baseUrl: venue.baseUrl };
  const credentials = { apiKey: venue.apiKey, secret: venue.secret };
  const fromMs = wallClock.nowMs() - 1_000;
  const open = () =>
    createCcxtBroker({
      ...address,
      credentials,
      symbols: [SYMBOL],
      fromMs,
      wallClock,
    });
  const market = await createCcxtMarket({ ...address, symbols: [SYMBOL], barsPerSeries: 10, wallClock });
  const [instrument] = await market.instruments();
  if (!instrument) throw new Error(`the test venue lists no ${SYMBOL}`);
  const brokers = [await open()];
  let lastQuote = 50_000;
  return {
    broker: brokers[0]!,
    instrument,
    trails: true,
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
      await Promise.all([market.close(), ...brokers.map((broker) => broker.close())]);
      await venue.close();
    },
  };
});
