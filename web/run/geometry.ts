/** Boxes and lines in pixels. Pure. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Point = readonly [x: number, y: number];

export const left = (box: Box): Point => [box.x, box.y + box.height / 2];
export const right = (box: Box): Point => [box.x + box.width, box.y + box.height / 2];
export const top = (box: Box): Point => [box.x + box.width / 2, box.y];
export const bottom = (box: Box): Point => [box.x + box.width / 2, box.y + box.height];

const CORNER = 8;

/** An SVG path along right-angled points with rounded corners. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first[0]} ${first[1]}`;
  rest.forEach((corner, index) => {
    const before = points[index] ?? corner;
    const after = points[index + 2];
    if (!after) path += ` L${corner[0]} ${corner[1]}`;
    else {
      const [inX, inY] = towards(corner, before);
      const [outX, outY] = towards(corner, after);
      path += ` L${inX} ${inY} Q${corner[0]} ${corner[1]} ${outX} ${outY}`;
    }
  });
  return path;
}

/** The point on the way from `from` to `to` where the corner's rounding begins. */
function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const reach = Math.min(CORNER, length / 2);
  return [from[0] + (dx / length) * reach, from[1] + (dy / length) * reach];
}
