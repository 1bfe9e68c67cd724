import { BTC, instrumentOf, openPaperDesk } from '#tests/unit/exchanges/paper/paper-desk.ts';
import { describeBroker } from './broker.contract.ts';

describeBroker('the paper broker', async () => {
  const instrument = instrumentOf(BTC, { tickSizeQuote: '0.01', minNotionalQuote: '100' });
  const desk = openPaperDesk({
    instruments: [instrument],
    settings: { halfSpreadFraction: 0.0001, impactFraction: 0.01 },
  });
  let lastQuote = 100;
  return {
    broker: desk.broker,
    instrument,
    trails: true,
    lastQuote: () => lastQuote,
    async moveTo(priceQuote) {
      const close = Math.round(priceQuote * 100) / 100;
      await desk.bar([lastQuote, Math.max(lastQuote, close), Math.min(lastQuote, close), close]);
      lastQuote = close;
    },
    reopened: async () => desk.reopened(),
    close: async () => {},
  };
});
