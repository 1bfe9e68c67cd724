/** A desk's equity curve over a typed column, as the desk's own parts ask for it. */
import type { DecimalText } from '#domain/decimal.ts';
import type { EquityColumn } from '#tools/columns/equity-column.ts';
import type { MemoryEquity } from '../memory-equity.ts';

export function createColumnEquity(column: EquityColumn): MemoryEquity {
  return {
    async of(_deskId, nowMs) {
      const { dayStartQuote, peakQuote } = column.marksAt(nowMs);
      return { dayStartQuote: textOf(dayStartQuote), peakQuote: textOf(peakQuote) };
    },
    async add(_deskId, { atMs, equityQuote, balanceQuote }) {
      column.putHigher(atMs, Number(equityQuote), Number(balanceQuote));
    },
    set({ atMs, equityQuote, balanceQuote }) {
      column.put(atMs, Number(equityQuote), Number(balanceQuote));
    },
    arm: (atMs) => column.forgetPeak(atMs),
    get points() {
      return Array.from({ length: column.length }, (_, i) => {
        const { atMs, equityQuote, balanceQuote } = column.at(i);
        return { atMs, equityQuote: String(equityQuote), balanceQuote: String(balanceQuote) };
      });
    },
  };
}

function textOf(value: number): DecimalText | null {
  return Number.isNaN(value) ? null : String(value);
}
