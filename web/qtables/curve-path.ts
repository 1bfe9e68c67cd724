/** A line over episodes in a box of 100 by 100. Pure. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** From the least to the greatest value, with nothing between them; never of no height. */
export function rangeOf(values: readonly number[]): Range {
  const least = values.reduce((low, value) => Math.min(low, value), 0);
  const most = values.reduce((high, value) => Math.max(high, value), 0);
  return most > least ? { least, most } : { least, most: least + 1 };
}

/** Every so many of a long row, with its first and its last. */
export function thinned<Point>(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => points[Math.round(at * step)]).filter(
    (point) => point !== undefined,
  );
}

/** The path of an svg through points of `[x of 100, value]`; the greatest value is on top. */
export function curvePath(points: readonly (readonly [number, number])[], { least, most }: Range): string {
  return points
    .map(([x, value], at) => {
      const y = 100 - ((value - least) / (most - least)) * 100;
      return `${at === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`;
    })
    .join('');
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
