/**
 * What the desk of a drill holds when the crash comes: a long with a stop far under it, an entry that rests over the
 * market, and a long with a near stop. Each is put to the desk's own gate and placed by its own hands.
 */
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import { AppError } from '#domain/errors.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import { baseOf, type MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, type EpochMs, TIMEFRAME_MS } from '#domain/time.ts';
import type { Placement } from '#tools/orders/place-orders.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import type { Container } from '../container.ts';
import { createEntryContext } from '../engine/entry-context.ts';

/** How one entry of the book is meant, as shares of the last price. */
interface Meant {
  readonly side: 'long' | 'short';
  readonly style: 'market' | 'limit';
  readonly entry: number;
  readonly stop: number;
  readonly target: number;
  readonly notionalQuote: number;
  readonly why: string;
}

/** In the order of the symbols; the first is the asset that falls. */
const BOOK: readonly Meant[] = [
  {
    ...{ side: 'long', style: 'market', entry: 1, stop: 0.7, target: 1.75, notionalQuote: 300 },
    why: 'a long with a stop 30% under it, to be tightened',
  },
  {
    ...{ side: 'short', style: 'limit', entry: 1.0115, stop: 1.07, target: 0.8, notionalQuote: 500 },
    why: 'a short entry that rests 1% over the market, to be cancelled',
  },
  {
    ...{ side: 'long', style: 'market', entry: 1, stop: 0.95, target: 1.15, notionalQuote: 900 },
    why: 'a long with a stop 5% under it, to be stopped out on the way',
  },
];
const LEVERAGE = 2;
const RUN_ID = 'crash-drill';
/** Beyond the end of every drill. */
const RESTS_FOR_MS = 30 * DAY_MS;

export interface LaidEntry {
  readonly symbol: MarketSymbol;
  readonly why: string;
  readonly verdict: Verdict;
}

/** @throws AppError `internal` where the gate lets nothing pass: a drill without a book shows nothing */
export async function layBook(container: Container, symbols: readonly MarketSymbol[]): Promise<LaidEntry[]> {
  const { source, rows, house, marketClock, defaultDeskId: deskId, config } = container;
  const listed = await source.market.instruments();
  const instruments = new Map(listed.map((instrument) => [instrument.symbol, instrument]));
  const limits = { ...config.limits, minOpenInterestQuote: source.minOpenInterestQuote };
  const context = createEntryContext(
    {
      ...{ market: source.market, tradingState: rows.tradingState, limits },
      ...{ equityMarks: rows.equityMarks.of, recentTrading: rows.recentTrading.of },
    },
    { deskId, instruments, clock: marketClock },
  );
  const orders = await house.orders(deskId);
  const laid: LaidEntry[] = [];
  for (const [index, meant] of BOOK.entries()) {
    const symbol = symbols[index];
    const instrument = symbol === undefined ? undefined : instruments.get(symbol);
    if (symbol === undefined || instrument === undefined) continue;
    const placement = placementOf(meant, instrument, {
      lastQuote: await lastQuote(container, symbol),
      atMs: marketClock.nowMs(),
    });
    const runId = `${RUN_ID}-${baseOf(symbol)}`;
    const plan = { runId, placements: [placement], gateContext: (view: GateView) => context(view, symbol) };
    const { verdicts } = await orders.place(plan);
    for (const verdict of verdicts) laid.push({ symbol, why: meant.why, verdict });
  }
  if (laid.some(({ verdict }) => verdict.outcome !== 'denied')) return laid;
  const why = laid.flatMap(({ verdict }) => verdict.findings.map(({ message }) => message)).join('; ');
  throw new AppError('internal', `the gate let no entry of the drill pass: ${why}`);
}

async function lastQuote({ source, marketClock }: Container, symbol: MarketSymbol): Promise<number> {
  const { market } = source;
  const timeframe = market.finestTimeframe;
  const toMs = marketClock.nowMs();
  const bars = await market.candles({ symbol, timeframe, fromMs: toMs - 10 * TIMEFRAME_MS[timeframe], toMs });
  const last = bars.close.at(-1);
  if (last !== undefined) return last;
  throw new AppError(
    'candle_data_missing',
    `${symbol} has no bar before the drill begins: name another --from`,
  );
}

function placementOf(
  meant: Meant,
  { symbol, tickSizeQuote, quantityStepBase }: Instrument,
  { lastQuote: last, atMs }: { readonly lastQuote: number; readonly atMs: EpochMs },
): Placement {
  const at = (share: number) =>
    decimalText(roundToStep(decimal(last).times(decimal(share)), tickSizeQuote, 'down'));
  const { side, style, why } = meant;
  const quantityBase = decimalText(
    roundToStep(decimal(meant.notionalQuote).div(decimal(last)), quantityStepBase, 'down'),
  );
  const proposal: TradeProposal = {
    ...{ proposalId: `${RUN_ID}-${baseOf(symbol)}`, kind: 'open', symbol, side, quantityBase },
    ...{
      entryPriceQuote: at(meant.entry),
      stopPriceQuote: at(meant.stop),
      targetPriceQuote: at(meant.target),
    },
    ...{ leverage: LEVERAGE, conviction: side === 'long' ? 1 : -1, reason: why, atMs },
  };
  return style === 'market'
    ? { proposal, quantityBase, style }
    : { proposal, quantityBase, style, deadlineMs: RESTS_FOR_MS };
}
