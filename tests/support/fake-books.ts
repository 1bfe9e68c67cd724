/** Books as a desk of some days would hold them, for the fake API. Figures agree with each other. */
import type { Account, Position, ProtectedPosition, Protection, Trade } from '#domain/account.ts';
import type { EquityPoint } from '#domain/desk-event.ts';
import { seededRandom } from '#domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '#domain/time.ts';
import type { EntryProgress } from '#domain/working-entry.ts';

export const MARKET_NOW_MS = Date.parse('2025-04-07T12:00:00Z');
export const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'BNB/USDT:USDT', 'XRP/USDT:USDT'];

export function fakeAccount(): Account {
  return {
    quote: 'USDT',
    balanceQuote: '10120.4417',
    unrealisedQuote: '-37.9105',
    equityQuote: '10082.5312',
    marginUsedQuote: '1310.25',
    availableQuote: '8772.2812',
    asOfMs: MARKET_NOW_MS,
  };
}

/** The rows of a desk of another market, which shares the database, come last in every book. */
const OTHER_DESK = 'binance-2024';

interface OfDesk {
  readonly deskId: string;
}

export function fakePositions(): (ProtectedPosition & OfDesk)[] {
  return [
    position('BTC/USDT:USDT', 'long', '0.042', '78120.5', '78466.1', '14.5152', 95, 3, {
      stop: '76810.0',
      target: '80740.0',
    }),
    position('SOL/USDT:USDT', 'short', '18.5', '104.21', '106.4', '-40.515', 310, 5, {
      stop: '109.10',
      target: '94.40',
    }),
    position('XRP/USDT:USDT', 'long', '1450', '1.8214', '1.81309', '-11.9107', 1_720, 2, { stop: '1.7488' }),
    position('BTC/USDT:USDT', 'short', '0.5', '61020', '60410', '305', 9_000, 2, {}, OTHER_DESK),
  ];
}

/** A slice of Ether is in, the rest comes over the next minutes. */
export function fakeEntries(): EntryProgress[] {
  return [
    {
      ...{
        entryId: 'vge0-eth',
        runId: 'run-eth',
        deskId: 'main',
        style: 'twap',
        quantityBase: '4.8',
        slices: 8,
      },
      ...{ startedAtMs: MARKET_NOW_MS - MINUTE_MS, deadlineAtMs: MARKET_NOW_MS + 3 * MINUTE_MS },
      ...{ filledBase: '1.2', restsAtQuote: null },
      proposal: {
        ...{ proposalId: 'ETHUSDT-open-long', kind: 'open', symbol: 'ETH/USDT:USDT', side: 'long' },
        ...{ quantityBase: '4.8', entryPriceQuote: '1580', stopPriceQuote: '1540', targetPriceQuote: '1680' },
        ...{ leverage: 5, conviction: 0.6, reason: 'momentum', atMs: MARKET_NOW_MS - MINUTE_MS },
      },
    },
  ];
}

export function fakeTrades(): (Trade & OfDesk)[] {
  return [
    trade('t3', 'ETH/USDT:USDT', 'short', '0.8', '1612.4', '1558.1', '43.44', 40, 'target'),
    trade('t2', 'BNB/USDT:USDT', 'long', '2.1', '561.2', '552.9', '-17.43', 190, 'stop'),
    trade('t1', 'BTC/USDT:USDT', 'long', '0.03', '77010', '78422.5', '42.375', 420, 'exit'),
  ];
}

export function fakeEquity(points = 240): EquityPoint[] {
  const random = seededRandom(11);
  let equity = 10_000;
  return Array.from({ length: points }, (_, index) => {
    equity += (random.next() - 0.485) * 22;
    const value = index === points - 1 ? 10_082.5312 : equity;
    return {
      atMs: MARKET_NOW_MS - (points - 1 - index) * 15 * MINUTE_MS,
      equityQuote: value.toFixed(4),
      balanceQuote: value.toFixed(4),
    };
  });
}

function position(
  symbol: string,
  side: Position['side'],
  quantityBase: string,
  entryPriceQuote: string,
  markPriceQuote: string,
  unrealisedQuote: string,
  ageMinutes: number,
  leverage: number,
  { stop, target }: { readonly stop?: string; readonly target?: string },
  deskId = 'main',
): ProtectedPosition & OfDesk {
  return {
    deskId,
    positionId: `position-${deskId}-${symbol}`,
    symbol,
    side,
    quantityBase,
    entryPriceQuote,
    markPriceQuote,
    leverage,
    marginQuote: '436.75',
    liquidationPriceQuote: symbol.startsWith('BTC') ? '52705.5' : null,
    unrealisedQuote,
    feesQuote: '1.3124',
    fundingQuote: side === 'long' ? '0.4218' : '-0.1907',
    openedAtMs: MARKET_NOW_MS - ageMinutes * MINUTE_MS,
    stop: protection(symbol, 'stop', quantityBase, stop),
    target: protection(symbol, 'target', quantityBase, target),
  };
}

function protection(
  symbol: string,
  purpose: 'stop' | 'target',
  quantityBase: string,
  triggerPriceQuote: string | undefined,
): Protection | null {
  if (triggerPriceQuote === undefined) return null;
  return { clientOrderId: `r9-${symbol.slice(0, 3)}-${purpose}`, triggerPriceQuote, quantityBase };
}

function trade(
  tradeId: string,
  symbol: string,
  side: Trade['side'],
  quantityBase: string,
  entryPriceQuote: string,
  exitPriceQuote: string,
  grossQuote: string,
  heldMinutes: number,
  exitReason: Trade['exitReason'],
): Trade & OfDesk {
  const closedAtMs = MARKET_NOW_MS - Number(tradeId.slice(1)) * HOUR_MS;
  return {
    deskId: 'main',
    tradeId,
    positionId: `p-${tradeId}`,
    symbol,
    side,
    quantityBase,
    entryPriceQuote,
    exitPriceQuote,
    leverage: 3,
    grossQuote,
    feesQuote: '1.25',
    fundingQuote: '0.25',
    netQuote: (Number(grossQuote) - 1.5).toFixed(3),
    openedAtMs: closedAtMs - heldMinutes * MINUTE_MS,
    closedAtMs,
    exitReason,
  };
}
