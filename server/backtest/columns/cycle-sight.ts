/** Whether a cycle can come to anything at a bar, told from columns and the book alone. */
import { SCORE_THRESHOLD } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { EpochMs } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import { mayClose, mayOpen, type SeenSymbol } from '#tools/columns/what-can-happen.ts';
import type { RecentTrading } from '#tools/risk/gate-context.ts';
import type { RiskLimits } from '#tools/risk/limits.ts';
import { PROTECTION_RULES } from '#tools/risk/protection-rules.ts';
import type { ColumnMarket, SymbolColumns } from './column-market.ts';
import { type HeldBook, unrealisedOf } from './held-book.ts';

const NOTHING_TRADED: RecentTrading = { trades: [], venueFailuresAtMs: [] };

export class CycleSight {
  readonly #columns: ColumnMarket;
  readonly #limits: RiskLimits;
  #book: HeldBook = { balanceQuote: Number.NaN, positions: [], isBusy: true, isUnguarded: true };
  #mayOpenAny = true;
  #mayCloseAny = true;
  #recent = NOTHING_TRADED;
  readonly #held: Uint8Array;

  constructor(columns: ColumnMarket, limits: RiskLimits) {
    this.#columns = columns;
    this.#limits = limits;
    this.#held = new Uint8Array(columns.symbols.length);
  }

  newBook(book: HeldBook, { mode }: TradingState, recentTrading: RecentTrading): void {
    this.#book = book;
    this.#recent = recentTrading;
    this.#mayCloseAny = mode !== 'halted';
    this.#mayOpenAny = mode === 'active' && book.positions.length < this.#limits.maxOpenPositions;
    this.#held.fill(0);
    for (const { at } of book.positions) this.#held[at] = 1;
  }

  /** Of a book whose positions have their stop and target; entries on their way are the guard's to carry on. */
  mayDecide(bar: number, atMs: EpochMs): boolean {
    if (this.#mayCloseAny)
      for (const position of this.#book.positions) {
        const own = this.#columns.symbols[position.at]!;
        if (atMs - position.openedAtMs < this.#limits.protections.minHoldMs) continue;
        const unrealised = unrealisedOf(position, own.base.close[bar]!);
        if (mayClose(this.#seen(own, position.at, bar), position.side, unrealised)) return true;
      }
    if (!this.#mayOpenAny) return false;
    const { symbols } = this.#columns;
    for (let at = 0; at < symbols.length; at++) {
      const own = symbols[at]!;
      const score = own.scores[bar]!;
      if ((score < SCORE_THRESHOLD && score > -SCORE_THRESHOLD) || this.#held[at] === 1) continue;
      if (
        mayOpen(this.#seen(own, at, bar)) &&
        !this.#isPaused(own.symbol, score > 0 ? 'long' : 'short', atMs)
      )
        return true;
    }
    return false;
  }

  #seen({ scores, trends, mayBeCrowded }: SymbolColumns, at: number, bar: number): SeenSymbol {
    const { bitcoin, symbols } = this.#columns;
    const btcScore = bitcoin < 0 || bitcoin === at ? 0 : symbols[bitcoin]!.scores[bar]!;
    return { score: scores[bar]!, trend: trends[bar]!, btcScore, mayBeCrowded };
  }

  /** The gate's own protections: they hang on what was traded, and hold for many bars. */
  #isPaused(symbol: MarketSymbol, side: 'long' | 'short', nowMs: EpochMs): boolean {
    const context = {
      ...{ nowMs, limits: this.#limits, recentTrading: this.#recent },
      ...{ positions: [], openOrders: [] },
    };
    return PROTECTION_RULES.some((rule) => rule({ symbol, side }, context).length > 0);
  }
}
