/** The report in words and a table: for a terminal, or as Markdown. */
import { percentText } from '#domain/percent.ts';
import { quoteOf } from '#domain/symbol.ts';
import { HOUR_MS, isoTime } from '#domain/time.ts';
import { signed } from '#tools/performance/compare-policies.ts';
import type { Spread } from '#tools/performance/draw-vetoes.ts';
import type { PolicySummary } from '#tools/performance/summarise-trades.ts';
import type { EvaluatedPeriod, EvaluateReport } from '../evaluation/evaluate-runs.ts';
import { marketLine } from './session.ts';

export interface ReportStyle {
  readonly heading: (text: string) => string;
  readonly table: (rows: readonly (readonly string[])[]) => string;
  readonly item: (text: string) => string;
}

export const MARKDOWN: ReportStyle = {
  heading: (text) => `## ${text}\n`,
  table: ([head = [], ...rows]) =>
    [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n'),
  item: (text) => `- ${text}`,
};

export const PLAIN: ReportStyle = {
  heading: (text) => text,
  table(rows) {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    const line = (row: readonly string[]) =>
      row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      );
    return rows.map((row) => `  ${line(row).join('  ')}`.trimEnd()).join('\n');
  },
  item: (text) => `  ${text}`,
};

export function reportText(report: EvaluateReport, style: ReportStyle): string {
  const { market, symbols, periods } = report;
  const quote = symbols[0] === undefined ? '' : quoteOf(symbols[0]);
  const parts = [
    ...(market === null ? [] : [style.item(marketLine(market))]),
    style.item(readLine(report)),
    ...report.models.map(({ model, knowledgeCutoffMs }) =>
      style.item(
        `model ${model}, knowledge cut-off ${knowledgeCutoffMs === null ? 'unknown' : isoTime(knowledgeCutoffMs).slice(0, 10)}`,
      ),
    ),
    ...periods.flatMap((period) => ['', ...periodText(period, quote, style)]),
    '',
    'A reckoning on candles with the paper venue’s costs, in one span. No promise of profit: docs/evaluate.md says how to read it.',
  ];
  return parts.join('\n');
}

function readLine({ runsChosen, runsElsewhere, leftOut, symbolsWithoutCandles }: EvaluateReport): string {
  const notes = [
    leftOut.failed > 0 && `${leftOut.failed} failed`,
    leftOut.no_rules_alone > 0 && `${leftOut.no_rules_alone} keep no decision of the rules alone`,
    leftOut.no_cycle > 0 && `${leftOut.no_cycle} are no cycles`,
  ].filter((note) => note !== false);
  const lines = [
    `${counted(runsChosen, 'cycle')} read`,
    notes.length > 0 && `left out: ${notes.join(', ')}`,
    runsElsewhere > 0 && `${runsElsewhere} of other markets were passed over`,
    symbolsWithoutCandles.length > 0 && `not offered any more: ${symbolsWithoutCandles.join(', ')}`,
  ];
  return lines.filter((line) => line !== false).join('; ');
}

function periodText(period: EvaluatedPeriod, quote: string, style: ReportStyle): string[] {
  const { fromMs, toMs, cycles, cyclesByModel, knowledgeWords } = period;
  return [
    style.heading(
      `${isoTime(fromMs)} … ${isoTime(toMs)}: ${counted(cycles, 'cycle')}, a model decided in ${cyclesByModel}`,
    ),
    style.item(knowledgeWords),
    '',
    style.table(tableOf(period, quote)),
    '',
    ...(cyclesByModel === 0 ? [NO_MODEL] : comparisonLines(period, quote)).map(style.item),
  ];
}

const NO_MODEL =
  'No model decided anything in these cycles: the first row is the rules’ own, and there is nothing to compare.';

function comparisonLines(period: EvaluatedPeriod, quote: string): string[] {
  const { veto, opensBeyondRules, model, rules, modelCostUsd, modelLessRules, modelLessRandom, verdict } =
    period;
  const { proposed, vetoedFraction, modelSizeFraction, rulesSizeFraction } = veto;
  const sizes = `at ${shareText(modelSizeFraction)} of the proposed size on average, the rules at ${shareText(rulesSizeFraction)}`;
  const more = `${signed(Number(model.netQuote) - Number(rules.netQuote))} ${quote} against the rules, before that cost`;
  const cost =
    modelCostUsd === null ? 'an unknown sum (a call has no price)' : `${modelCostUsd.toFixed(2)} USD`;
  return [
    `of ${counted(proposed, 'open')} of the rules the model let ${percentText(1 - vetoedFraction)} through, ${sizes}; it opened ${opensBeyondRules} of its own`,
    `the model cost ${cost}; its trades came to ${more}`,
    `model − rules: ${signed(modelLessRules.difference)} R; ${modelLessRules.words}`,
    `model − random veto: ${signed(modelLessRandom.difference)} R; ${modelLessRandom.words}`,
    ...blockNote(period),
    verdict.words,
  ];
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function blockNote({
  modelLessRules,
  modelLessRandom,
  blockMs,
  blocks,
  meanHoldingMs,
}: EvaluatedPeriod): string[] {
  if (modelLessRules.range === null && modelLessRandom.range === null) return [];
  const drawn = `95% ranges by drawing ${blocks} blocks of ${blockMs / HOUR_MS} hours again`;
  const isShort = meanHoldingMs !== null && meanHoldingMs > blockMs;
  return [
    isShort ? `${drawn}; trades are held for longer than a block, so the ranges are too narrow` : drawn,
  ];
}

function tableOf({ model, rules, randomVeto, buyAndHold }: EvaluatedPeriod, quote: string): string[][] {
  const head = [
    'policy',
    'trades',
    'won',
    'profit factor',
    `net ${quote}`,
    'of equity',
    'sum R',
    'mean R',
    'worst fall',
  ];
  const row = (name: string, summary: PolicySummary) => [
    name,
    String(summary.trades),
    shareText(summary.hitRateFraction),
    summary.profitFactor === null ? '–' : summary.profitFactor.toFixed(2),
    signed(Number(summary.netQuote)),
    shareText(summary.netFraction),
    signed(summary.sumR),
    summary.meanR === null ? '–' : signed(summary.meanR),
    Number(summary.worstDrawdownQuote).toFixed(2),
  ];
  const { trades, hitRateFraction, netQuote, sumR, worstDrawdownQuote } = randomVeto;
  const random = [
    `random veto (drops ${percentText(randomVeto.dropFraction)})`,
    trades.mean.toFixed(1),
    shareText(hitRateFraction?.mean ?? null),
    '–',
    spreadText(netQuote),
    '–',
    spreadText(sumR),
    trades.mean === 0 ? '–' : signed(sumR.mean / trades.mean),
    worstDrawdownQuote.mean.toFixed(2),
  ];
  const held =
    buyAndHold === null
      ? []
      : [
          [
            `buy and hold ${buyAndHold.symbols.length} symbols`,
            ...['–', '–', '–', signed(Number(buyAndHold.netQuote)), shareText(buyAndHold.netFraction)],
            ...['–', '–', Number(buyAndHold.worstDrawdownQuote).toFixed(2)],
          ],
        ];
  return [head, row('model', model), row('rules alone', rules), random, ...held];
}

function shareText(fraction: number | null): string {
  return fraction === null ? '–' : percentText(fraction).replace('-', '−');
}

function spreadText({ mean, low, high }: Spread): string {
  return `${signed(mean)} (${signed(low)}…${signed(high)})`;
}
