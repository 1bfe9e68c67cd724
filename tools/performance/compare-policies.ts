/** Whether one policy did better than another beyond what chance does, in words that claim no more than that. */
import type { RandomSource } from '#domain/ids.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '#domain/time.ts';
import { type BootstrapRange, bootstrapMean, sumByBlock } from './bootstrap.ts';

/** A part of a policy's result: what a trade came to, at the instant it was decided. */
export interface ResultPart {
  readonly atMs: EpochMs;
  readonly value: number;
}

export interface Blocks {
  readonly blockMs: number;
  /** Numbers of the blocks in which there was a cycle, counted since the epoch. */
  readonly blocks: readonly number[];
}

export type Finding = 'better' | 'worse' | 'no_difference' | 'same_decisions' | 'too_few';

export interface Comparison {
  readonly finding: Finding;
  /** Sum of the one less sum of the other. */
  readonly difference: number;
  /** Of the difference, 95%; null where there is too little to tell one. */
  readonly range: { readonly low: number; readonly high: number } | null;
  readonly words: string;
}

/** Fewer blocks than this, or fewer in which the two differ, say nothing: no range is given. */
export const LEAST_BLOCKS = 20;
export const LEAST_DIFFERING = 10;

const BLOCK_LENGTHS_MS = [DAY_MS, 12 * HOUR_MS, 8 * HOUR_MS, 4 * HOUR_MS];

/**
 * The longest blocks of which these instants fill enough: decisions of one block hang together and are drawn together.
 * The shortest where none are enough.
 */
export function blocksOf(atMs: readonly EpochMs[]): Blocks {
  const cut = (blockMs: number): Blocks => ({
    blockMs,
    blocks: [...new Set(atMs.map((at) => Math.floor(at / blockMs)))].sort((left, right) => left - right),
  });
  const enough = BLOCK_LENGTHS_MS.map(cut).find(({ blocks }) => blocks.length >= LEAST_BLOCKS);
  return enough ?? cut(4 * HOUR_MS);
}

/** `one` against `other`, named as the words shall name them; `unit` follows the numbers. */
export function comparePolicies(
  parts: { readonly one: readonly ResultPart[]; readonly other: readonly ResultPart[] },
  { blockMs, blocks }: Blocks,
  options: {
    readonly names: readonly [one: string, other: string];
    readonly unit: string;
    readonly resamples: number;
    readonly random: RandomSource;
  },
): Comparison {
  const { names, unit, resamples, random } = options;
  const negated = parts.other.map(({ atMs, value }) => ({ atMs, value: -value }));
  const differences = sumByBlock([...parts.one, ...negated], blocks, blockMs).map(withoutDust);
  const differing = differences.filter((difference) => difference !== 0).length;
  const difference = differences.reduce((sum, one) => sum + one, 0);
  const told = (finding: Finding, range: Comparison['range'], words: string): Comparison => ({
    ...{ finding, difference, range, words },
  });
  if (differing === 0)
    return told(
      'same_decisions',
      null,
      `${names[0]} and ${names[1]} came to the same: there is nothing to compare`,
    );
  if (blocks.length < LEAST_BLOCKS || differing < LEAST_DIFFERING)
    return told('too_few', null, tooFew(blocks.length, differing, blockMs));
  const range = scaled(bootstrapMean(differences, { resamples, random }), blocks.length);
  const span = `${signed(range.low)}…${signed(range.high)} ${unit}`;
  if (range.low > 0)
    return told(
      'better',
      range,
      `${names[0]} did better than ${names[1]} here: the range ${span} lies above 0`,
    );
  if (range.high < 0)
    return told(
      'worse',
      range,
      `${names[0]} did worse than ${names[1]} here: the range ${span} lies below 0`,
    );
  return told('no_difference', range, `no difference can be told: the range ${span} includes 0`);
}

function tooFew(blocks: number, differing: number, blockMs: number): string {
  const least = `at least ${LEAST_BLOCKS} are needed, ${LEAST_DIFFERING} of them with a difference`;
  return `too few to tell: ${blocks} blocks of ${blockMs / HOUR_MS} hours, ${differing} with a difference; ${least}`;
}

function scaled({ low, high }: BootstrapRange, blocks: number): { low: number; high: number } {
  return { low: low * blocks, high: high * blocks };
}

/** `+1.25`, with as many digits as tell something. */
export function signed(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : text.replace('-', '−');
}

/** Sums that cancel leave dust behind the point. */
function withoutDust(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value;
}
