/** The tables of a report. */

import type { NewBreakerEvent } from '#db/repositories/breaker-events.ts';
import type { Position, Trade } from '#domain/account.ts';
import type { BacktestArming, MonthlyReturn } from '#domain/backtest.ts';
import { percentText } from '#domain/percent.ts';
import { escaped, minuteText, tableOf, tableRow } from './markup.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A row for each year: the months, and what they come to together. */
export function monthTable(months: readonly MonthlyReturn[]): string {
  const years = [...new Set(months.map(({ year }) => year))];
  const rows = years.map((year) => {
    const own = months.filter((month) => month.year === year);
    const cells = MONTHS.map((_, i) => {
      const found = own.find(({ month }) => month === i + 1);
      return found === undefined
        ? ''
        : `${change(found.returnFraction)}<br><small>${found.trades} trades</small>`;
    });
    const whole = own.reduce((worth, { returnFraction }) => worth * (1 + (returnFraction ?? 0)), 1) - 1;
    return tableRow([String(year), ...cells, change(whole)]);
  });
  return `<h2>Month by month</h2>${tableOf(['', ...MONTHS, 'all'], rows)}`;
}

export function tradeTable(trades: readonly Trade[]): string {
  const head = [
    'opened',
    'closed',
    'symbol',
    'side',
    'quantity',
    'entry',
    'exit',
    'leverage',
    'fees',
    'funding',
    'net',
    'by',
  ];
  const rows = trades.map((trade) =>
    tableRow([
      ...[minuteText(trade.openedAtMs), minuteText(trade.closedAtMs), escaped(trade.symbol), trade.side],
      ...[
        trade.quantityBase,
        price(trade.entryPriceQuote),
        price(trade.exitPriceQuote),
        `${trade.leverage}×`,
      ],
      ...[money(trade.feesQuote), money(trade.fundingQuote), signed(trade.netQuote), trade.exitReason],
    ]),
  );
  const none = '<p class="note">No position was opened and closed.</p>';
  return `<h2>Trades</h2>${trades.length === 0 ? none : tableOf(head, rows)}`;
}

export function openTable(positions: readonly Position[]): string {
  if (positions.length === 0) return '';
  const rows = positions.map((held) =>
    tableRow([
      ...[escaped(held.symbol), held.side, held.quantityBase, price(held.entryPriceQuote)],
      ...[price(held.markPriceQuote), signed(held.unrealisedQuote), minuteText(held.openedAtMs)],
    ]),
  );
  const head = ['symbol', 'side', 'quantity', 'entry', 'mark', 'unrealised', 'opened'];
  return `<h2>Still open at the end, counted at the mark</h2>${tableOf(head, rows)}`;
}

/** What the breaker did to the desk, in its own words. */
export function breakerTable(events: readonly NewBreakerEvent[]): string {
  if (events.length === 0) return '';
  const rows = events.map(({ atMs, level, reasons, actions }) => {
    const words = reasons.map(({ message }) => message).join('; ') || (actions[0]?.detail ?? '');
    return tableRow([
      minuteText(atMs),
      level,
      escaped(words),
      escaped(actions.map(({ name }) => name).join(', ')),
    ]);
  });
  return `<h2>The breaker</h2>${tableOf(['at', 'level', 'why', 'what it did'], rows)}`;
}

/** What a walk asked of a person, who was there in it alone. */
export function armingTable(armings: readonly BacktestArming[]): string {
  if (armings.length === 0) return '';
  const rows = armings.map(({ atMs, mode, sinceMs, reason }) =>
    tableRow([minuteText(atMs), mode, minuteText(sinceMs), escaped(reason)]),
  );
  return `<h2>Armed by a person, as --arm-after has it</h2>${tableOf(['at', 'stood at', 'since', 'why'], rows)}`;
}

export function settingTable(settings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(settings).map(([name, value]) => tableRow([escaped(name), escaped(value)]));
  return `<h2>Span and settings</h2><table class="settings"><tbody>${rows.join('\n')}</tbody></table>`;
}

function change(fraction: number | null): string {
  if (fraction === null) return 'N/A';
  return coloured(fraction, percentText(fraction));
}

function signed(quote: string): string {
  return coloured(Number(quote), money(quote));
}

function coloured(value: number, text: string): string {
  if (value === 0) return text;
  return `<span class="${value < 0 ? 'loss' : 'gain'}">${text}</span>`;
}

function money(quote: string): string {
  return Number(quote).toFixed(2);
}

function price(quote: string): string {
  return String(Number(Number(quote).toPrecision(8)));
}
