/** A backtest as one page that needs nothing beside itself: no network, no script. */
import { percentText } from '#domain/percent.ts';
import { type MarketSymbol, quoteOf } from '#domain/symbol.ts';
import { MINUTE_MS } from '#domain/time.ts';
import { PAPER_SETTINGS } from '#exchanges/paper/paper-settings.ts';
import type { Config } from '../../config.ts';
import { STARTING_BALANCE_QUOTE } from '../../engine/desk-venues.ts';
import { packageVersion } from '../../paths.ts';
import type { BacktestDesk } from '../backtest-desk.ts';
import type { ReckonedBacktest } from '../backtest-result.ts';
import type { BacktestMarket } from '../open-backtest-market.ts';
import { strategyOf } from '../strategies.ts';
import type { BacktestSpan, BacktestState } from '../walk-backtest.ts';
import { escaped } from './markup.ts';
import { equityCharts, priceLines, tradeCharts } from './report-charts.ts';
import { REPORT_STYLE } from './report-style.ts';
import {
  armingTable,
  breakerTable,
  monthTable,
  openTable,
  settingTable,
  tradeTable,
} from './report-tables.ts';

export interface ReportParts {
  readonly state: BacktestState;
  readonly span: BacktestSpan;
  readonly opened: BacktestMarket;
  readonly config: Config;
  readonly desk: Pick<BacktestDesk, 'books' | 'equity' | 'tradingState'>;
}

export async function reportPage(reckoned: ReckonedBacktest, parts: ReportParts): Promise<string> {
  const { result } = reckoned;
  const { state, span, opened, desk } = parts;
  const toMs = state.doneToMs ?? span.fromMs;
  const prices = await priceLines(opened.market, result.symbols, { fromMs: span.fromMs, toMs });
  const title = `Backtest of ${result.strategy} on ${result.symbols.join(', ')}`;
  const stopped = toMs < span.toMs ? ' It was stopped before its end.' : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="note">${result.from} to ${result.to}, ${result.bars} bars.${stopped}</p>
<p class="note">One span of the past, reckoned on paper money. It is no claim of profit, and says nothing of what comes.</p>
<p class="note">Money and prices are in ${escaped(quotesOf(result.symbols))}, quantities in the coin itself, times in UTC.</p>
${restraintNote(reckoned)}${figureList(reckoned)}
${equityCharts(result, prices)}
${monthTable(reckoned.months)}
${tradeCharts(result.perTrade, prices)}
${tradeTable(result.perTrade)}
${openTable(desk.books.books()?.positions ?? [])}
${breakerTable(desk.tradingState.contents().events)}
${armingTable(result.armings)}
${settingTable(await settingsOf(reckoned, parts))}
</body>
</html>
`;
}

function quotesOf(symbols: readonly MarketSymbol[]): string {
  return [...new Set(symbols.map(quoteOf))].join(' and ');
}

/** Much of a span may have passed with a desk that was not allowed to trade. */
function restraintNote({ restraint }: ReckonedBacktest): string {
  return restraint === null
    ? ''
    : `<p class="note"><strong>At its end the desk opened nothing any more</strong>, ${escaped(restraint)}.</p>\n`;
}

function figureList({ result, sharpe, hold }: ReckonedBacktest): string {
  const { perTrade } = result;
  const won = perTrade.filter(({ netQuote }) => Number(netQuote) > 0).length;
  const held = hold.buyAndHold;
  const figures: readonly (readonly [name: string, value: string, note: string])[] = [
    ['return', percentText(result.returnFraction), 'after fees, slippage and funding'],
    [
      'buy and hold',
      held === null ? 'N/A' : percentText(held.netFraction),
      hold.buyAndHoldReason ?? 'in equal parts, after fees and funding',
    ],
    ['deepest fall', percentText(result.maxDrawdownFraction), 'from the best before it'],
    [
      'Sharpe',
      sharpe.ratio === null ? 'N/A' : sharpe.ratio.toFixed(2),
      sharpe.reason ?? `of ${sharpe.days} daily returns, for a year`,
    ],
    [
      'trades',
      String(result.trades),
      perTrade.length === 0 ? '' : `${percentText(won / perTrade.length)} won`,
    ],
    ['fees', result.fees.toFixed(2), 'paid, open positions included'],
    ['funding', result.funding.toFixed(2), result.funding < 0 ? 'received' : 'paid'],
  ];
  const parts = figures.map(
    ([name, value, note]) => `<div><dt>${name}</dt><dd>${value}<small>${escaped(note)}</small></dd></div>`,
  );
  return `<dl class="figures">${parts.join('\n')}</dl>`;
}

/** What it ran with, in words. */
export async function settingsOf(
  { result }: ReckonedBacktest,
  parts: ReportParts,
): Promise<Record<string, string>> {
  const { state, span, opened, config } = parts;
  const instruments = await opened.market.instruments();
  const fees = [...new Set(instruments.map(({ takerFeeFraction }) => percentText(takerFeeFraction)))];
  const { halfSpreadFraction, impactFraction, volumeShareFraction } = PAPER_SETTINGS;
  return {
    span: `${result.from} to ${result.to}`,
    candles: opened.description,
    bars: `${opened.market.finestTimeframe}; the guard looks at each close`,
    cycles: `every ${span.cycleEveryMs / MINUTE_MS} min: ${Object.entries(state.outcomes)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(', ')}`,
    strategy: `${result.strategy}: ${strategyOf(result.strategy).describes}`,
    ...(result.weightsVersion !== undefined && { weights: `${result.weightsVersion ?? 'even'}` }),
    account: `${STARTING_BALANCE_QUOTE} of paper money`,
    costs: `taker fee ${fees.join(', ')}, half the spread ${percentText(halfSpreadFraction)}, impact ${percentText(impactFraction)} for a whole bar’s volume, at most ${percentText(volumeShareFraction)} of it filled`,
    limits: JSON.stringify(config.limits),
    breaker: JSON.stringify(config.breaker),
    armed: armedWords(span),
    seed: String(config.market.seed),
    version: packageVersion(),
    ...(state.failure !== null && { 'first failed cycle': state.failure }),
  };
}

function armedWords({ armAfterMs }: BacktestSpan): string {
  return armAfterMs === undefined
    ? 'by nobody'
    : `by a person, once it has waited for one ${armAfterMs / MINUTE_MS} min`;
}
