import type { ChartChoices } from '#domain/chart-bars.ts';
import { baseName } from '../format/words.ts';
import { INDICATOR_GROUPS, MARK_KINDS } from './indicator-groups.ts';
import type { ChartChoice } from './use-chart-choice.ts';

interface ChartControlsProps {
  readonly choices: ChartChoices;
  readonly choice: ChartChoice;
  readonly choose: (name: 'symbol' | 'timeframe', value: string) => void;
  readonly toggle: (id: string) => void;
}

const CHIP =
  'min-h-7 whitespace-nowrap rounded border px-2 text-xs pointer-coarse:min-h-10 pointer-coarse:px-3 aria-pressed:border-accent/60 aria-pressed:bg-accent-soft aria-pressed:text-accent border-line-strong text-muted hover:text-ink';

/** Which symbol, which bars, and what lies over them. */
export function ChartControls({ choices, choice, choose, toggle }: ChartControlsProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-line border-b px-3 py-2">
      <select
        aria-label="Symbol"
        value={choice.symbol}
        onChange={(event) => choose('symbol', event.target.value)}
        className="min-h-7 rounded-md border border-line-strong bg-surface px-2 font-semibold pointer-coarse:min-h-10"
      >
        {choices.symbols.map((symbol) => (
          <option key={symbol} value={symbol}>
            {baseName(symbol)}
          </option>
        ))}
      </select>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">Timeframe</legend>
        {choices.timeframes.map((timeframe) => (
          <button
            key={timeframe}
            type="button"
            aria-pressed={timeframe === choice.timeframe}
            onClick={() => choose('timeframe', timeframe)}
            className={CHIP}
          >
            {timeframe}
          </button>
        ))}
      </fieldset>
      <fieldset className="flex flex-wrap gap-1">
        <legend className="sr-only">Shown on the chart</legend>
        {[...INDICATOR_GROUPS, ...MARK_KINDS].map(({ id, label, title }) => (
          <button
            key={id}
            type="button"
            title={title}
            aria-pressed={choice.shown.includes(id)}
            onClick={() => toggle(id)}
            className={CHIP}
          >
            {label}
          </button>
        ))}
      </fieldset>
    </div>
  );
}
