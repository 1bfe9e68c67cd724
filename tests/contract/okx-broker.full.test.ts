import { OKX_PROTOCOL } from '#tests/support/stand-ins/okx-protocol.ts';
import { describeBroker } from './broker.contract.ts';
import { standInHarness } from './stand-in-broker.ts';
import { describeWire } from './stand-in-wire.contract.ts';

const OKX = { exchangeId: 'okx', protocol: OKX_PROTOCOL };
/** 0.02 BTC are two contracts. */
const CONDITIONAL = { ordType: 'conditional', reduceOnly: true, tdMode: 'isolated', sz: '2' };

describeBroker('okx through ccxt, on a stand-in', () => standInHarness(OKX));

describeWire({
  ...OKX,
  orderCall: 'POST /api/v5/trade/order',
  stopCall: 'POST /api/v5/trade/order-algo',
  lookUpCall: 'GET /api/v5/trade/order',
  clientIdSent: ({ clOrdId }) => clOrdId,
  hasLog: false,
  entry: { instId: 'BTC-USDT-SWAP', side: 'buy', ordType: 'market', sz: '2', tdMode: 'isolated' },
  stop: { ...CONDITIONAL, slTriggerPx: '48000', slTriggerPxType: 'mark', slOrdPx: '-1' },
  target: { ...CONDITIONAL, tpTriggerPx: '53000', tpTriggerPxType: 'mark', tpOrdPx: '-1' },
});
