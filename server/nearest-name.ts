/** The known name a mistyped one was probably meant to be; null when none is near enough. */
export function nearestName(typed: string, known: readonly string[]): string | null {
  const reach = Math.max(2, Math.floor(typed.length / 4));
  let nearest: string | null = null;
  let shortest = reach + 1;
  for (const name of known) {
    const distance = editDistance(typed.toUpperCase(), name.toUpperCase());
    if (distance < shortest) {
      shortest = distance;
      nearest = name;
    }
  }
  return nearest;
}

const MOST_NEAR = 6;
/** Shorter ones, such as `no` or `by`, say nothing. */
const TELLING_LETTERS = 4;

/** Those that may have been meant: the nearest, then any that share a part with what was typed. */
export function namesNear(typed: string, known: readonly string[]): string[] {
  const parts = typed
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length >= TELLING_LETTERS);
  const nearest = nearestName(typed, known);
  const alike = known.filter((name) => parts.some((part) => name.toLowerCase().includes(part)));
  return [...new Set([...(nearest === null ? [] : [nearest]), ...alike])].slice(0, MOST_NEAR);
}

/**
 * Insertions, deletions, replacements and swaps of two neighbours that turn one text into the other, none of them
 * within another (Damerau 1964, optimal string alignment).
 */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
