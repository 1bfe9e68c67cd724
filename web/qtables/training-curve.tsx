import { useState } from 'react';
import type { QCurvePoint } from '#domain/q-table.ts';
import { formatPercent } from '../format/number.ts';
import { plural } from '../format/words.ts';
import { FigureList } from '../ui/figure-list.tsx';
import { curvePath, rangeOf, thinned } from './curve-path.ts';

const MOST_POINTS = 400;

/** What each episode came to while it learned, and how much of it was chance; read by a slider, by keys too. */
export function TrainingCurve({ curve }: { curve: readonly QCurvePoint[] }) {
  const [at, setAt] = useState(curve.length - 1);
  const read = curve[Math.min(at, curve.length - 1)];
  if (read === undefined) return null;
  const points = thinned(curve, MOST_POINTS);
  const range = rangeOf(
    points.flatMap(({ rewardFraction, profitFraction }) => [rewardFraction, profitFraction]),
  );
  const x = ({ episode }: QCurvePoint) => (curve.length < 2 ? 0 : ((episode - 1) / (curve.length - 1)) * 100);
  const lineOf = (value: (point: QCurvePoint) => number, of = range) =>
    curvePath(
      points.map((point) => [x(point), value(point)]),
      of,
    );
  const zero = curvePath(
    [
      [0, 0],
      [100, 0],
    ],
    range,
  );
  return (
    <div className="flex flex-col gap-2 p-3">
      <Legend />
      <figure
        aria-label={`Profit and reward of ${plural(curve.length, 'episode')}, from ${formatPercent(range.least)} to ${formatPercent(range.most)}`}
        className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-muted text-xs"
      >
        <span className="flex h-56 flex-col justify-between text-right">
          <span>{formatPercent(range.most, { digits: 0 })}</span>
          <span>{formatPercent(range.least, { digits: 0 })}</span>
        </span>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          className="training-curve h-56 w-full"
          aria-hidden="true"
        >
          <path d={zero} className="stroke-line-strong" />
          <path
            d={lineOf((point) => point.explorationFraction, { least: 0, most: 1 })}
            className="stroke-faint"
            strokeDasharray="1 3"
          />
          <path d={lineOf((point) => point.rewardFraction)} className="stroke-watch" strokeDasharray="6 3" />
          <path d={lineOf((point) => point.profitFraction)} className="stroke-accent" />
          <path d={`M${x(read)} 0V100`} className="stroke-ink" />
        </svg>
      </figure>
      <label className="flex flex-col gap-1 text-muted text-xs">
        Episode {read.episode} of {curve.length}
        <input
          type="range"
          min={1}
          max={curve.length}
          value={read.episode}
          onChange={({ target }) => setAt(Number(target.value) - 1)}
          className="min-h-8 w-full accent-accent"
        />
      </label>
      <FigureList
        figures={[
          ['Profit, after costs', formatPercent(read.profitFraction, { signed: true })],
          ['Reward, less penalties', formatPercent(read.rewardFraction, { signed: true })],
          ['Random actions', formatPercent(read.explorationFraction, { digits: 1 })],
          ['Trades', String(read.trades)],
        ]}
      />
    </div>
  );
}

function Legend() {
  const lines = [
    ['stroke-accent', undefined, 'profit after costs'],
    ['stroke-watch', '6 3', 'reward, less penalties'],
    ['stroke-faint', '1 3', 'share of random actions, 0 to 100%'],
  ] as const;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      {lines.map(([look, dash, words]) => (
        <li key={words} className="flex items-center gap-1.5">
          <svg viewBox="0 0 24 4" className="training-curve h-1 w-6" aria-hidden="true">
            <path d="M0 2H24" className={look} strokeDasharray={dash} />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}
