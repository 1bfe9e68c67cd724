import { BYBIT_PROTOCOL } from '#tests/support/stand-ins/bybit-protocol.ts';
import { describeBroker } from './broker.contract.ts';
import { standInHarness } from './stand-in-broker.ts';
import { describeWire } from './stand-in-wire.contract.ts';

const BYBIT = { exchangeId: 'bybit', protocol: BYBIT_PROTOCOL };
const CONDITIONAL = { reduceOnly: true, triggerBy: 'MarkPrice', orderType: 'Market', qty: '0.02' };

describeBroker('bybit through ccxt, on a stand-in', () => standInHarness(BYBIT));

describeWire({
  ...BYBIT,
  orderCall: 'POST /v5/order/create',
  stopCall: 'POST /v5/order/create',
  lookUpCall: 'GET /v5/order/realtime',
  clientIdSent: ({ orderLinkId }) => orderLinkId,
  hasLog: true,
  entry: { category: 'linear', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Market', qty: '0.02' },
  // 2 is a fall, 1 a rise.
  stop: { ...CONDITIONAL, triggerPrice: '48000', triggerDirection: 2 },
  target: { ...CONDITIONAL, triggerPrice: '53000', triggerDirection: 1 },
});
