import type { ChartChoices } from '#domain/chart-bars.ts';
import type { Timeframe } from '#domain/time.ts';
import { useSearchParams } from '../router/router.tsx';
import { SHOWN_AT_FIRST } from './indicator-groups.ts';

const USUAL_TIMEFRAME: Timeframe = '15m';
const NOTHING = 'none';

export interface ChartChoice {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Indicators and marks by id. */
  readonly shown: readonly string[];
}

/** What the chart shows, as the address says it: a view can be kept, shared and gone back to. */
export function useChartChoice(choices: ChartChoices | undefined, deskSymbols: readonly string[]) {
  const [search, setSearch] = useSearchParams();
  const symbols = choices?.symbols ?? [];
  const asked = search.get('symbol');
  const symbol = symbols.find((one) => one === asked) ?? deskSymbols[0] ?? symbols[0] ?? null;
  const timeframes = choices?.timeframes ?? [];
  const timeframe =
    timeframes.find((one) => one === search.get('timeframe')) ??
    timeframes.find((one) => one === USUAL_TIMEFRAME) ??
    timeframes[0] ??
    null;
  const shown = search.get('show')?.split(',') ?? SHOWN_AT_FIRST;

  function change(name: 'symbol' | 'timeframe' | 'show', value: string) {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(name, value);
        return next;
      },
      { replace: true },
    );
  }

  return {
    choice: symbol === null || timeframe === null ? null : { symbol, timeframe, shown },
    choose: (name: 'symbol' | 'timeframe', value: string) => change(name, value),
    toggle(id: string) {
      const next = shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id];
      change('show', next.filter((one) => one !== NOTHING).join(',') || NOTHING);
    },
  };
}
