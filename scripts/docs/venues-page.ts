/** Which venues live trading is offered on, from what ccxt says each of them has. */
import { loadVenue } from '#exchanges/ccxt/load-venue.ts';
import { VENUE_NEEDS, venueLacks } from '#exchanges/ccxt/venue-needs.ts';
import { page, table } from './code-tables.ts';

/** The venues people ask for. Any other ccxt id with swaps is judged by the same rules at its start. */
const VENUES = ['binanceusdm', 'bybit', 'okx', 'bitget', 'hyperliquid'];

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
    return [`\`${exchange.id}\``, lacking.length === 0 ? 'yes' : 'refused', lacking.join('; ')];
  });
  return page(
    'Venues',
    'exchanges/ccxt/venue-needs.ts',
    'Prices and paper trading come from any ccxt venue with linear perpetuals. Live trading asks more: without one of these an order could be lost, or a position stay without its stop, so a venue that lacks one is refused at start with what it lacks. The answers are those of the ccxt version in `package.json`; a *yes* is what ccxt says, not a promise of ours. Looking an order up by our own id, whatever its state, is what settles an order without an answer. It is taken for granted nowhere: it counts only where the [contract of a broker](../tests/contract/broker.contract.ts) has been held against a venue that speaks that protocol.',
    [
      table(['what live trading needs', ...VENUES], rowsOf(VENUE_NEEDS)),
      table(['venue', 'live', 'lacks'], verdicts),
      table(['what is used where it is there', ...VENUES], rowsOf(WELCOME)),
    ].join('\n\n'),
  );
}
