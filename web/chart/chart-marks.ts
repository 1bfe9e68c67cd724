/** What the desk did and said, as marks on the bars and lines across them. */
import type { Position, Trade } from '#domain/account.ts';
import type { PastSignal } from '#domain/past-signal.ts';
import type { DeskPosition } from '../api/types.ts';
import { formatQuote } from '../format/number.ts';

export interface ChartMark {
  readonly atMs: number;
  readonly isAbove: boolean;
  readonly shape: 'arrowUp' | 'arrowDown' | 'circle' | 'square';
  readonly colour: string;
  readonly text: string;
}

export interface ChartLine {
  readonly title: string;
  readonly priceQuote: number;
  readonly colour: string;
  readonly isDashed: boolean;
}

/** An entry points the way it bets; an exit is a square in the colour of what the trade left. */
export function tradeMarks(trades: readonly Trade[], positions: readonly Position[]): ChartMark[] {
  const exits = trades.map(({ closedAtMs, side, netQuote }) => ({
    ...({ atMs: closedAtMs, shape: 'square', isAbove: side === 'long' } as const),
    colour: Number(netQuote) < 0 ? '--down' : '--up',
    text: formatQuote(netQuote, { signed: true }),
  }));
  return [...[...trades, ...positions].map(entryMark), ...exits];
}

function entryMark({ openedAtMs, side }: Pick<Trade, 'openedAtMs' | 'side'>): ChartMark {
  const isLong = side === 'long';
  return {
    ...{ atMs: openedAtMs, isAbove: !isLong, colour: '--accent', text: side },
    shape: isLong ? 'arrowUp' : 'arrowDown',
  };
}

/** One for each bar: where several cycles spoke within it, the one with the most points. */
export function signalMarks(signals: readonly PastSignal[], barMs: number): ChartMark[] {
  const strongest = new Map<number, PastSignal>();
  for (const signal of signals) {
    const bar = Math.floor(signal.atMs / barMs);
    const known = strongest.get(bar);
    if (known === undefined || Math.abs(signal.score) > Math.abs(known.score)) strongest.set(bar, signal);
  }
  return [...strongest.values()].map(({ atMs, score, action }) => ({
    ...({ atMs, shape: 'circle', isAbove: action === 'sell', colour: '--watch' } as const),
    text: score > 0 ? `+${score}` : `−${Math.abs(score)}`,
  }));
}

/** Entry, stop, target and liquidation of the open position; what it does not have is no line. */
export function positionLines(position: DeskPosition | undefined): ChartLine[] {
  if (position === undefined) return [];
  const { side, entryPriceQuote, stop, target, liquidationPriceQuote } = position;
  const line = (title: string, price: string | null | undefined, colour: string, isDashed = true) =>
    price == null ? [] : [{ title, priceQuote: Number(price), colour, isDashed }];
  return [
    ...line(`${side} entry`, entryPriceQuote, '--accent', false),
    ...line('stop', stop?.triggerPriceQuote, '--down'),
    ...line('target', target?.triggerPriceQuote, '--up'),
    ...line('liquidation', liquidationPriceQuote, '--watch'),
  ];
}
