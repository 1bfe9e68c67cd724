import { BYBIT_PROTOCOL } from '#tests/support/stand-ins/bybit-protocol.ts';
import { describeBroker } from './broker.contract.ts';
import { standInHarness } from './stand-in-broker.ts';

describeBroker('bybit through ccxt, on a stand-in', () =>
  standInHarness({ exchangeId: 'bybit', protocol: BYBIT_PROTOCOL }),
);
