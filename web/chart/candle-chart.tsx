import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { ChartBars } from '#domain/chart-bars.ts';
import { useTheme } from '../shell/use-theme.ts';
import { type CandleScene, createCandleScene } from './candle-scene.ts';
import type { ChartLine, ChartMark } from './chart-marks.ts';
import type { IndicatorGroup } from './indicator-groups.ts';

export interface Pointed {
  readonly openAtMs: number;
  readonly byKey: boolean;
}

interface CandleChartProps {
  readonly bars: ChartBars;
  readonly groups: readonly IndicatorGroup[];
  readonly marks: readonly ChartMark[];
  readonly lines: readonly ChartLine[];
  readonly label: string;
  readonly pointed: Pointed | null;
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onNearStart?: () => void;
  /** Begins with every bar in view rather than with the newest. */
  readonly showsAll?: boolean;
}

const PAN_SHARE = 0.25;
const ZOOM_FACTOR = 1.4;

/** Drawn by the library on canvas; this keeps it in step with what is given, and gives it a keyboard. */
export function CandleChart(props: CandleChartProps) {
  const { bars, groups, marks, lines, label, pointed, onPoint } = props;
  const container = useRef<HTMLDivElement>(null);
  const scene = useRef<CandleScene>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useTheme();

  useEffect(() => {
    if (!container.current) return;
    const made = createCandleScene(container.current, {
      onPoint(openAtMs) {
        const { pointed: before, onPoint: tell } = latest.current;
        if (openAtMs !== null) tell({ openAtMs, byKey: false });
        // What a key has pointed at stays until a key or the mouse points elsewhere.
        else if (before?.byKey === false) tell(null);
      },
      onNearStart: () => latest.current.onNearStart?.(),
      showsAll: latest.current.showsAll ?? false,
    });
    scene.current = made;
    return () => made.remove();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours the styles give
  useEffect(() => scene.current?.paint(), [theme]);
  useEffect(() => scene.current?.draw(bars, groups), [bars, groups]);
  useEffect(() => scene.current?.mark(marks, lines), [marks, lines]);

  function point(index: number | null): void {
    scene.current?.pointAt(index);
    const openAtMs = index === null ? undefined : bars.openAtMs[index];
    onPoint(openAtMs === undefined ? null : { openAtMs, byKey: true });
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keyAction(event);
    if (action === null) return;
    event.preventDefault();
    action();
  }

  function keyAction({ key, shiftKey }: KeyboardEvent): (() => void) | null {
    const last = bars.openAtMs.length - 1;
    const at = pointed === null ? last + 1 : bars.openAtMs.indexOf(pointed.openAtMs);
    const step = (by: number) => () => point(Math.min(last, Math.max(0, at + by)));
    if (key === 'ArrowLeft') return shiftKey ? () => scene.current?.pan(-PAN_SHARE) : step(-1);
    if (key === 'ArrowRight') return shiftKey ? () => scene.current?.pan(PAN_SHARE) : step(1);
    if (key === '+' || key === '=') return () => scene.current?.zoom(1 / ZOOM_FACTOR);
    if (key === '-') return () => scene.current?.zoom(ZOOM_FACTOR);
    if (key === 'Home') return () => point(0);
    if (key === 'End') return () => scene.current?.showNewest();
    if (key === 'Escape' && pointed !== null) return () => point(null);
    return null;
  }

  return (
    <div
      ref={container}
      role="application"
      aria-label={label}
      aria-description="Left and right move from bar to bar, with Shift they pan. Plus and minus zoom, Home goes to the oldest bar, End to the newest."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the chart is worked by its keys
      tabIndex={0}
      onKeyDown={onKey}
      className="h-full w-full"
    />
  );
}
