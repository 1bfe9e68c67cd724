/** A drill as text: what was run, the timeline, and what it came to. */
import { percentText } from '#domain/percent.ts';
import { isoTime, SECOND_MS } from '#domain/time.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { DrillResult } from './simulate-crash-desk.ts';
import type { DrillMarket } from './simulate-crash-market.ts';
import type { Bound } from './simulate-crash-outcome.ts';
import { type Drill, lengthText } from './simulate-crash-plan.ts';
import type { MarketStory } from './simulate-crash-story.ts';
import { assetText } from './simulate-crash-words.ts';

export function drillReport(drill: Drill, market: DrillMarket, result: DrillResult): string {
  return [
    ...heading(drill, market),
    '',
    ...timelineLines(market, result),
    '',
    ...summary(market, result),
  ].join('\n');
}

/** What is run, in a line or two; told before it begins, too. */
export function heading(drill: Drill, { opened, story, startAtMs, speed }: DrillMarket): string[] {
  const { source } = opened.market;
  const what =
    drill.kind !== 'replay'
      ? `${assetText(drill.symbol)} falls ${percentText(drill.dropFraction)} over ${lengthText(drill.overMs)}`
      : `${assetText(drill.symbol)} as it was from ${isoTime(drill.fromMs)}, over ${lengthText(drill.overMs)}`;
  const made = source.synthetic ? ' (synthetic: these prices are made up)' : '';
  const pace = `bars of ${lengthText(story.barMs)}, ${speed} s of market for a second while it falls`;
  return [
    `crash drill: ${what}; ${source.name}${made}`,
    `a paper desk of its own on ${opened.symbols.map(assetText).join(', ')}, from ${isoTime(startAtMs)}; ${pace}`,
  ];
}

function timelineLines({ story }: DrillMarket, { timeline }: DrillResult): string[] {
  const since = story.crossing === null ? 'since the fall' : 'since crossing';
  const lines = timeline.map(({ atMs, wallMs, what, detail }) => {
    const wall = `${wallMs < 0 ? '−' : '+'}${(Math.abs(wallMs) / SECOND_MS).toFixed(2)} s`;
    return `${isoTime(atMs).slice(0, 19).replace('T', ' ')}  ${wall.padStart(14)}  ${what.padEnd(20)}  ${detail}`;
  });
  return [`${'market time (UTC)'.padEnd(19)}  ${since.padStart(14)}  ${'what'.padEnd(20)}  detail`, ...lines];
}

function summary({ story }: DrillMarket, result: DrillResult): string[] {
  const { tripped, toldAfterMs, haltedAfterMs, equity, left, trading } = result;
  const lines: string[] = [];
  if (tripped && toldAfterMs !== null && toldAfterMs >= 0)
    lines.push(
      `tripped: told ${toldAfterMs} ms after its price could be known, the halt stored after ${haltedAfterMs} ms`,
    );
  else if (tripped)
    lines.push(
      'halted by the desk before a threshold of the market was crossed, or without one: the timeline says why',
    );
  else lines.push(`no trip: ${whyNot(result)}`);
  for (const bound of result.bounds) lines.push(`${heldText(bound)}: ${bound.bound} (${bound.detail})`);
  const { quote, beforeQuote, afterQuote, worstDrawdownFraction, worstAtMs } = equity;
  const worst =
    worstAtMs === null
      ? 'never under its peak'
      : `at worst ${percentText(worstDrawdownFraction)} under its peak, ${isoTime(worstAtMs)}`;
  lines.push(
    `equity: ${beforeQuote ?? 'unknown'} before, ${afterQuote ?? 'unknown'} after ${quote ?? ''}; ${worst}`,
  );
  for (const { symbol, side, quantityBase, entryPriceQuote, markPriceQuote, stop } of left.positions) {
    const protection = stop === null ? 'WITHOUT A STOP' : `stop ${stop.triggerPriceQuote}`;
    lines.push(
      `left open: ${side} ${quantityBase} ${assetText(symbol)} from ${entryPriceQuote}, now ${markPriceQuote}, ${protection}`,
    );
  }
  if (left.positions.length === 0) lines.push('left open: nothing');
  for (const id of left.restingEntries) lines.push(`still resting: entry ${id}`);
  const since = trading.mode === 'halted' ? haltedText(trading, story) : tripped ? armedText(trading) : '';
  lines.push(`the desk is ${trading.mode}${since}`);
  return lines;
}

function haltedText({ sinceMs, endsBy }: TradingState, { clearedAtMs }: MarketStory): string {
  const since = ` since ${isoTime(sinceMs)}`;
  if (endsBy === 'recovery') return `${since}, until the market is back`;
  return `${since}${clearedAtMs === null ? '' : ', though the market is back'}: a person has to arm`;
}

function armedText({ sinceMs, setBy }: TradingState): string {
  return ` since ${isoTime(sinceMs)}, by ${setBy}`;
}

/** The fall that came nearest to its threshold. */
function whyNot({ deepestFalls }: DrillResult): string {
  const measured = deepestFalls.filter(({ limitFraction }) => limitFraction !== null);
  const told = measured.slice(0, 3).map(({ asset, hours, fallFraction, limitFraction }) => {
    const whose = asset === 'market' ? 'the market' : asset;
    return `${whose} fell ${percentText(fallFraction)} from its ${hours} h high, the threshold is ${percentText(limitFraction ?? 0)}`;
  });
  return told.length > 0
    ? told.join('; ')
    : 'none of these symbols has a threshold: the breaker watches BTC, ETH and the mean of three or more';
}

function heldText({ held }: Bound): string {
  if (held === null) return 'nothing to hold';
  return held ? 'held' : 'NOT HELD';
}
