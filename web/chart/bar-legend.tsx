import type { ChartBars } from '#domain/chart-bars.ts';
import { formatPercent, formatPlain, formatPrice, formatQuantity } from '../format/number.ts';
import { formatDateTime } from '../format/time.ts';
import type { Pointed } from './candle-chart.tsx';
import type { IndicatorGroup, IndicatorLine } from './indicator-groups.ts';

interface BarLegendProps {
  readonly bars: ChartBars;
  readonly groups: readonly IndicatorGroup[];
  readonly pointed: Pointed | null;
}

/** The bar under the crosshair in figures, else the newest one. A bar reached by key is read out. */
export function BarLegend({ bars, groups, pointed }: BarLegendProps) {
  const found = pointed === null ? -1 : bars.openAtMs.indexOf(pointed.openAtMs);
  const at = found < 0 ? bars.openAtMs.length - 1 : found;
  const isForming = bars.openAtMs[at] === bars.forming?.openAtMs;
  const [open = Number.NaN, close = Number.NaN] = [bars.open[at], bars.close[at]];
  const figures = [
    ['Open', formatPrice(open)],
    ['High', formatPrice(bars.high[at] ?? Number.NaN)],
    ['Low', formatPrice(bars.low[at] ?? Number.NaN)],
    ['Close', formatPrice(close)],
    ['Volume', formatQuantity(Number((bars.volume[at] ?? Number.NaN).toPrecision(5)))],
    ['Change', formatPercent(close / open - 1, { signed: true })],
  ];
  return (
    <div
      aria-live={pointed?.byKey ? 'polite' : 'off'}
      className="flex min-h-[6.5rem] flex-wrap content-start items-baseline gap-x-3 gap-y-0.5 px-3 pt-2 text-xs sm:min-h-[3.25rem]"
    >
      <span className="font-medium">
        {formatDateTime(bars.openAtMs[at] ?? 0)}
        {isForming && <span className="font-normal text-muted"> forming</span>}
      </span>
      {figures.map(([label, value]) => (
        <span key={label} className="whitespace-nowrap">
          <span className="text-muted">{label}</span> {value}
        </span>
      ))}
      {groups.flatMap((group) =>
        group.lines.map((line) => (
          <span key={line.key} className="whitespace-nowrap">
            <span aria-hidden="true" style={{ color: `var(${line.colour})` }}>
              {line.isDashed ? '╌ ' : '━ '}
            </span>
            <span className="text-muted">
              {group.lines.length > 1 && !line.label.startsWith(group.label) ? `${group.label} ` : ''}
              {line.label}
            </span>{' '}
            {figure(line, bars.indicators[line.key]?.[isForming ? at - 1 : at])}
          </span>
        )),
      )}
    </div>
  );
}

/** Prices as prices, an oscillator as the number it is. A bar that forms has none yet: it is the one before's. */
function figure({ isOscillator }: IndicatorLine, value: number | null | undefined): string {
  if (value == null) return '–';
  return isOscillator ? formatPlain(Number(value.toPrecision(5))) : formatPrice(value);
}
