/** The market's own part of a drill's timeline. */
import { percentText } from '#domain/percent.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { conditionText } from '#tools/breaker/desk-level.ts';
import type { MarketStory } from './simulate-crash-story.ts';
import type { Happening } from './simulate-crash-timeline.ts';
import { assetText, priceText } from './simulate-crash-words.ts';

export function marketEntries(story: MarketStory, symbol: MarketSymbol): Happening[] {
  const { peak, trough, steps, levels, doubts } = story;
  const asset = assetText(symbol);
  const fallen = (price: number) => percentText(1 - price / peak.priceQuote);
  const entries: Happening[] = [
    {
      at: { marketMs: peak.atMs },
      what: 'fall_begins',
      detail: `${asset} at ${priceText(peak.priceQuote)}`,
      facts: { symbol, priceQuote: peak.priceQuote },
    },
  ];
  for (const { atMs, priceQuote, fallFraction } of steps) {
    const detail = `${asset} at ${priceText(priceQuote)}, ${percentText(fallFraction)} under where the fall began`;
    entries.push({
      at: { marketMs: atMs },
      what: 'falls',
      detail,
      facts: { symbol, priceQuote, fallFraction },
    });
  }
  for (const { atMs, level, reasons } of levels) {
    // The trip is told by its crossing, and how the market began by nothing that happened.
    if (level === 'tripped' || atMs <= story.span.fromMs + story.barMs) continue;
    const detail = reasons.length > 0 ? `${level}: ${reasons.join('; ')}` : level;
    entries.push({ at: { marketMs: atMs }, what: 'market_level', detail, facts: { level } });
  }
  for (const { atMs, trigger, symbol: of, value, reason } of doubts) {
    const detail = `${assetText(of)} would have tripped ${trigger} with ${percentText(value)}, a ${reason.replaceAll('_', ' ')}`;
    entries.push({ at: { marketMs: atMs }, what: 'not_believed', detail, facts: { trigger, reason } });
  }
  entries.push(...crossingEntries(story, symbol), {
    at: { marketMs: trough.atMs },
    what: 'deepest',
    detail: `${asset} at ${priceText(trough.priceQuote)}, ${fallen(trough.priceQuote)} under where the fall began`,
    facts: { symbol, priceQuote: trough.priceQuote, fallFraction: 1 - trough.priceQuote / peak.priceQuote },
  });
  return [...entries, ...recoveryEntries(story)];
}

function crossingEntries({ crossing, barMs, peak }: MarketStory, symbol: MarketSymbol): Happening[] {
  if (crossing === null) return [];
  const { trigger, crossedAtMs, trippedAtMs, fallFraction, limitFraction, priceQuote, assetQuote } = crossing;
  const value = `${percentText(fallFraction)}, the threshold is ${percentText(limitFraction)}`;
  const own = `${assetText(symbol)} at ${priceText(assetQuote)}, ${percentText(1 - assetQuote / peak.priceQuote)} down`;
  const whose =
    crossing.symbol === null || crossing.symbol === symbol
      ? own
      : `${assetText(crossing.symbol)} at ${priceText(priceQuote)}, ${own}`;
  const crossed: Happening = {
    at: { marketMs: crossedAtMs },
    what: 'threshold_crossed',
    detail: `${trigger} at ${value}: ${whose}`,
    facts: { ...crossing },
  };
  if (trippedAtMs === crossedAtMs) return [crossed];
  const bars = Math.round((trippedAtMs - crossedAtMs) / barMs);
  const detail = `the fall is believed ${bars} bar(s) later, and trips`;
  return [crossed, { at: { marketMs: trippedAtMs }, what: 'believed', detail }];
}

function recoveryEntries({ recovery, clearedAtMs, crossing, unmet, span }: MarketStory): Happening[] {
  if (crossing === null) return [];
  const entries: Happening[] = recovery.map(({ atMs, ...step }) => ({
    at: { marketMs: atMs },
    what: 'recovery_condition',
    detail: `${step.condition} holds from here on: ${conditionText(step)}`,
    facts: step,
  }));
  if (clearedAtMs !== null)
    return [
      ...entries,
      {
        at: { marketMs: clearedAtMs },
        what: 'market_recovered',
        detail: 'every condition of recovery holds',
      },
    ];
  const missing = unmet.map((one) => conditionText(one)).join('; ');
  return [
    ...entries,
    { at: { marketMs: span.toMs }, what: 'market_not_recovered', detail: missing || 'not yet measured' },
  ];
}
