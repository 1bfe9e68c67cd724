/**
 * The vote of the other strategies, each by its usual parameters and on its own past, weighed by the regime that stands.
 * The weights are learned elsewhere (`tools/evaluation/learn-weights.ts`); without them all weigh the same.
 */
import type { CandleSeries } from '#domain/candle.ts';
import {
  type CellWeights,
  REGIME_CELLS,
  type RegimeWeights,
  type Weighing,
} from '#domain/strategy-weights.ts';
import { NO_REGIME, REGIME_BARS, regimeColumn, regimeOfCell } from '#tools/regime/regime-column.ts';
import { shortsRange } from './common-ranges.ts';
import { MEMBERS } from './members.ts';
import { anyNumber } from './parameter-range.ts';
import { parametersOf } from './parameters.ts';
import { defineStrategy, type Strategy } from './strategy.ts';

/** Staying out is one vote like the others. */
const EVEN_FRACTION = 1 / (MEMBERS.length + 1);
const EVEN_CELL: CellWeights = {
  flatFraction: EVEN_FRACTION,
  members: Object.fromEntries(
    MEMBERS.map(({ name }) => [
      name,
      { weightFraction: EVEN_FRACTION, standardErrors: null, trades: 0, days: 0 },
    ]),
  ),
};

export const EVEN_WEIGHTS: RegimeWeights = {
  version: null,
  cells: Object.fromEntries(REGIME_CELLS.map((cell) => [cell, EVEN_CELL])) as RegimeWeights['cells'],
};

/** What is left of the threshold for who stays: a vote that trembles at it trades once. */
const STAY_SHARE = 0.5;

/** Weights of a strategy that is not among the members count for nothing. */
export function adaptiveBy(weights: RegimeWeights): Strategy {
  return defineStrategy<{ readonly threshold: number; readonly shorts: number }>({
    name: 'adaptive',
    describes:
      'long or short where the strategies’ votes, weighed by the regime of the bars, come to so much, out at half of it',
    ranges: {
      threshold: anyNumber('what the weighed votes have to come to', {
        ...{ usual: 0.25, least: 0.05, most: 0.75, step: 0.05 },
      }),
      shorts: shortsRange(1),
    },
    lookBackBars: () => REGIME_BARS,
    prepare(bars, { threshold, shorts }) {
      const cells = regimeColumn(bars);
      const votes = MEMBERS.map((member) => voteColumn(member, bars));
      const byCell = REGIME_CELLS.map((cell) => fractionsOf(weights.cells[cell]));
      const even = fractionsOf(EVEN_CELL);
      const netAt = (bar: number) => {
        const fractions = byCell[cells[bar]!] ?? even;
        let net = 0;
        for (let i = 0; i < votes.length; i++) net += fractions[i]! * votes[i]![bar]!;
        return net;
      };
      return {
        decide(bar, { units }) {
          const net = netAt(bar);
          if (net >= threshold) return 1;
          if (net <= -threshold) return shorts === 1 ? -1 : 0;
          return units * net >= threshold * STAY_SHARE ? units : 0;
        },
        weighs(bar) {
          const sides = votes.map((column) => column[bar]!);
          const place = cells[bar]!;
          return weighingOf(weights, place, sides, {
            ...{ timeframe: bars.timeframe, netFraction: netAt(bar), thresholdFraction: threshold },
          });
        },
      };
    },
  });
}

export const adaptive = adaptiveBy(EVEN_WEIGHTS);

function fractionsOf({ members }: CellWeights): Float64Array {
  return Float64Array.from(MEMBERS, ({ name }) => members[name]?.weightFraction ?? 0);
}

/** What a strategy wants at each bar: 1 long, −1 short, 0 flat or not yet asked. Knows nothing of the position it votes on. */
export function voteColumn(strategy: Strategy, bars: CandleSeries): Int8Array {
  const parameters = parametersOf(strategy);
  const votes = new Int8Array(bars.length);
  const decider = strategy.prepare(bars, parameters);
  const held = { units: 0, entryQuote: 0 };
  for (let bar = strategy.lookBackBars(parameters) - 1; bar < bars.length; bar++) {
    const target = Math.sign(decider.decide(bar, held));
    if (target !== held.units) held.entryQuote = target === 0 ? 0 : bars.close[bar]!;
    held.units = target;
    votes[bar] = target;
  }
  return votes;
}

function weighingOf(
  { version, cells }: RegimeWeights,
  place: number,
  sides: readonly number[],
  sum: Pick<Weighing, 'timeframe' | 'netFraction' | 'thresholdFraction'>,
): Weighing {
  const cell = place === NO_REGIME ? null : (REGIME_CELLS[place] ?? null);
  const { flatFraction, members } = cell === null ? EVEN_CELL : cells[cell];
  const voters = MEMBERS.map(({ name }, i) => ({ name, side: sides[i]!, ...(members[name] ?? NO_SAY) }));
  const votes = Object.fromEntries(voters.map(({ name, ...vote }) => [name, vote]));
  const weightsVersion = cell === null ? null : version;
  const { regime, volatility } = regimeOfCell(cell);
  const why = whyOf({ regime, volatility, weightsVersion }, voters, sum);
  return { regime, volatility, weightsVersion, votes, flatFraction, ...sum, why };
}

const NO_SAY = { weightFraction: 0, standardErrors: null, trades: 0, days: 0 };

type Voter = Weighing['votes'][string] & { readonly name: string };

function whyOf(
  { regime, volatility, weightsVersion }: Pick<Weighing, 'regime' | 'volatility' | 'weightsVersion'>,
  voters: readonly Voter[],
  {
    timeframe,
    netFraction,
    thresholdFraction,
  }: Pick<Weighing, 'timeframe' | 'netFraction' | 'thresholdFraction'>,
): string {
  const by = weightsVersion === null ? 'even weights' : `weights ${weightsVersion}`;
  const cast = voters.filter(({ side }) => side !== 0).map(voteText);
  const votes = cast.length === 0 ? 'nobody votes' : cast.join(', ');
  return `${timeframe} regime ${regime}, volatility ${volatility}: ${by}, ${votes}; ${signed(netFraction)} of ${thresholdFraction}`;
}

function voteText({ name, side, weightFraction, standardErrors, trades }: Voter): string {
  const rests =
    standardErrors === null ? '' : ` (${signed(standardErrors)} standard errors, ${trades} trades)`;
  return `${name} ${side > 0 ? 'long' : 'short'} × ${weightFraction.toFixed(2)}${rests}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
}
