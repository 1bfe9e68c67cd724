/** Which venues live trading is offered on, from what ccxt says each of them has. */
import { dialectOf } from '#exchanges/ccxt/dialects/dialect-of.ts';
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { VENUE_NEEDS, venueLacks } from '#exchanges/ccxt/venue-needs.ts';
import { clientOrderId } from '#tools/orders/client-order-id.ts';
import { page, table } from './code-tables.ts';

/** The venues people ask for. Any other ccxt id with swaps is judged by the same rules at its start. */
const VENUES = ['binanceusdm', 'bybit', 'okx', 'bitget', 'hyperliquid'];

const EXAMPLE_ID = clientOrderId({ runId: 'run', symbol: 'BTC/USDT:USDT', leg: 'stop', sequence: 1 });

/** What is used where a venue has it, and what becomes of it elsewhere. */
const WELCOME: Readonly<Record<string, string>> = {
  fetchOpenInterest: 'open interest; without it `VIGIL_MIN_OPEN_INTEREST_USD` is off and its pool refused',
  fetchTickers: 'the day of all symbols at once; without it candidate pools are refused',
  fetchFundingRate: 'funding; without it the agents are told none',
  fetchFundingHistory: 'funding payments; without it the books have none',
};

export async function venuesPage(): Promise<string> {
  const exchanges = await Promise.all(VENUES.map((exchangeId) => loadVenue({ exchangeId })));
  const rowsOf = (named: Readonly<Record<string, string>>) =>
    Object.entries(named).map(([name, words]) => [
      `${words} (\`${name}\`)`,
      ...exchanges.map(({ has }) => (has[name] ? 'yes' : 'no')),
    ]);
  const verdicts = exchanges.map((exchange) => {
    const lacking = venueLacks(exchange);
    const { isUntried, wants } = dialectOf(exchange.id);
    const live = isUntried ? 'on its test network; with real money when asked for by name' : 'yes';
    const isRefused = lacking.length > 0;
    return [`\`${exchange.id}\``, isRefused ? 'refused' : live, (isRefused ? lacking : wants).join('; ')];
  });
  const spoken = exchanges
    .filter((exchange) => venueLacks(exchange).length === 0)
    .map(({ id }) => {
      const { clientIds, orderLists, onlyAcknowledges, orderTypes } = dialectOf(id);
      return [
        `\`${id}\``,
        `\`${clientIds.toVenue(EXAMPLE_ID)}\``,
        orderLists.length === 1 ? 'among the others, one order before and after it fires' : 'apart',
        onlyAcknowledges ? 'that it was taken in; what became of it is asked for at once' : 'the order',
        orderTypes.map((type) => `\`${type}\``).join(', '),
      ];
    });
  return page(
    'Venues',
    'exchanges/ccxt/venue-needs.ts',
    'Prices and paper trading come from any ccxt venue with linear perpetuals. Live trading asks more: without one of these an order could be lost, or a position stay without its stop, so a venue that lacks one is refused at start with what it lacks. The answers are those of the ccxt version in `package.json`; a *yes* is what ccxt says, not a promise of ours. Beside that each venue needs a [dialect](../exchanges/ccxt/venue-dialect.ts): how it takes our order ids, where it keeps stops, how it tells what an order without an answer has become. A dialect counts only where the [contract of a broker](../tests/contract/broker.contract.ts) has been held against a server that speaks that protocol: [one of Binance USD-M](../tests/support/venue/start-venue.ts), and [stand-ins](../tests/support/stand-ins/start-stand-in.ts) for Bybit and OKX, made from their documentation and from what ccxt sends and reads. None of these is the venue itself: trading on Bybit and OKX was never run against the real one. So they trade on their test network (`EXCHANGE_SANDBOX=true`) and on a loopback address, and with real money only when `VIGIL_UNTRIED_VENUE` names them ([why](decisions/0015-untried-venues.md)); the log and `doctor` say so at each start.',
    [
      table(['what live trading needs', ...VENUES], rowsOf(VENUE_NEEDS)),
      table(['venue', 'live', 'lacks, or what it wants and what to know'], verdicts),
      table(
        [
          'venue',
          `our id \`${EXAMPLE_ID}\` there`,
          'conditional orders stand',
          'the answer to an order is',
          'kinds of orders',
        ],
        spoken,
      ),
      table(['what is used where it is there', ...VENUES], rowsOf(WELCOME)),
    ].join('\n\n'),
  );
}
