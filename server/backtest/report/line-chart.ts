/** A chart as inline SVG: lines over one span of time, and marks on them. Colours come from the page's own style. */
import { escaped, minuteText } from './markup.ts';

export interface ChartLine {
  readonly name: string;
  /** A class of the page's style that gives its colour. */
  readonly className: string;
  /** Oldest first. */
  readonly points: readonly (readonly [atMs: number, value: number])[];
  /** Whether the ground between it and zero is filled. */
  readonly isArea?: boolean;
}

export interface ChartMark {
  readonly atMs: number;
  readonly value: number;
  readonly shape: 'up' | 'down' | 'end';
  readonly className: string;
  /** Shown where a pointer rests on it. */
  readonly words: string;
}

const VIEW = { width: 960, height: 260, left: 70, right: 12, top: 12, bottom: 28 };
const VALUE_LINES = 4;
const TIME_LABELS = 5;
const MARK = 5;

/** `words` says for who cannot see it what is on it. */
export function lineChart(chart: {
  readonly words: string;
  readonly lines: readonly ChartLine[];
  readonly marks?: readonly ChartMark[];
  readonly valueText: (value: number) => string;
}): string {
  const { lines, marks = [], valueText } = chart;
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return '<p class="note">There is nothing to draw.</p>';
  const [fromMs, toMs] = rangeOf(all.map(([atMs]) => atMs));
  const [low, high] = rangeOf([...all.map(([, value]) => value), ...marks.map(({ value }) => value)]);
  const x = (atMs: number) =>
    VIEW.left + ((atMs - fromMs) / (toMs - fromMs || 1)) * (VIEW.width - VIEW.left - VIEW.right);
  const y = (value: number) =>
    VIEW.top + (1 - (value - low) / (high - low || 1)) * (VIEW.height - VIEW.top - VIEW.bottom);
  const values = steps(low, high, VALUE_LINES).map(
    (value) =>
      `<line class="grid" x1="${VIEW.left}" x2="${VIEW.width - VIEW.right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
      `<text x="${VIEW.left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${escaped(valueText(value))}</text>`,
  );
  const times = steps(fromMs, toMs, TIME_LABELS - 1).map(
    (atMs, i) =>
      `<text x="${at(x(atMs))}" y="${VIEW.height - 8}" text-anchor="${ANCHORS[i] ?? 'middle'}">${minuteText(atMs)}</text>`,
  );
  const drawn = lines.map(({ className, points, isArea }) => {
    const path = points.map(([atMs, value]) => `${at(x(atMs))},${at(y(value))}`).join(' ');
    if (!isArea) return `<polyline class="${className}" points="${path}"/>`;
    const zero = at(y(Math.min(high, Math.max(low, 0))));
    const [begin, end] = [at(x(points[0]?.[0] ?? fromMs)), at(x(points.at(-1)?.[0] ?? toMs))];
    return `<polygon class="${className}" points="${begin},${zero} ${path} ${end},${zero}"/>`;
  });
  const marked = marks.map(
    (mark) =>
      `<path class="${mark.className}" d="${shapeOf(mark.shape, x(mark.atMs), y(mark.value))}"><title>${escaped(mark.words)}</title></path>`,
  );
  return `<div class="wide"><svg viewBox="0 0 ${VIEW.width} ${VIEW.height}" role="img" aria-label="${escaped(chart.words)}">
${[...values, ...times, ...drawn, ...marked].join('\n')}
</svg></div>${legendOf(lines)}`;
}

const ANCHORS: readonly (string | undefined)[] = ['start', undefined, undefined, undefined, 'end'];

function legendOf(lines: readonly ChartLine[]): string {
  if (lines.length < 2) return '';
  const names = lines.map(
    ({ name, className }) => `<span><i class="${className}"></i>${escaped(name)}</span>`,
  );
  return `<p class="legend">${names.join('')}</p>`;
}

function shapeOf(shape: ChartMark['shape'], x: number, y: number): string {
  const tip = shape === 'up' ? -MARK : MARK;
  if (shape === 'end')
    return `M${at(x - MARK)} ${at(y)}L${at(x)} ${at(y - MARK)}L${at(x + MARK)} ${at(y)}L${at(x)} ${at(y + MARK)}Z`;
  return `M${at(x)} ${at(y + tip)}L${at(x + MARK)} ${at(y - tip)}L${at(x - MARK)} ${at(y - tip)}Z`;
}

function rangeOf(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function steps(from: number, to: number, count: number): number[] {
  if (from === to) return [from];
  return Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
}

function at(pixels: number): string {
  return pixels.toFixed(1);
}
