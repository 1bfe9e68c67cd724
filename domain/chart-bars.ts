import { z } from 'zod';
import { MarketSource } from './market.ts';
import { MarketSymbol } from './symbol.ts';
import { EpochMs, Timeframe } from './time.ts';

const Column = z.array(z.number());

/** The bar that has not closed yet, as far as finer bars have closed within it. No cycle looks at it. */
export const FormingBar = z.object({
  openAtMs: EpochMs,
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  /** When the last of the finer bars closed. */
  asOfMs: EpochMs,
});
export type FormingBar = z.infer<typeof FormingBar>;

/** Closed bars of one symbol as columns of one length, oldest first, with what the desk's own indicators say of each. */
export const ChartBars = z.object({
  symbol: MarketSymbol,
  timeframe: Timeframe,
  source: MarketSource,
  /** Market time of the answer: no bar here closed after it. */
  asOfMs: EpochMs,
  openAtMs: z.array(EpochMs),
  open: Column,
  high: Column,
  low: Column,
  close: Column,
  volume: Column,
  /** By name, each as long as the bars; null while an indicator warms up. */
  indicators: z.record(z.string(), z.array(z.number().nullable())),
  /** Bars the market does not have between the first and the last of these. */
  gaps: z.array(z.object({ fromMs: EpochMs, toMs: EpochMs, bars: z.number().int().positive() })),
  /** Only with the newest bars; null where no finer bar tells of it. */
  forming: FormingBar.nullable(),
  /** Asked as `to`, it gives the bars before these; null where there are none. */
  olderTo: EpochMs.nullable(),
});
export type ChartBars = z.infer<typeof ChartBars>;

/** What a chart of this market may show. */
export const ChartChoices = z.object({
  symbols: z.array(MarketSymbol),
  timeframes: z.array(Timeframe),
  indicators: z.array(z.string()),
});
export type ChartChoices = z.infer<typeof ChartChoices>;
