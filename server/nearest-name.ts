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

/** Insertions, deletions and replacements that turn one text into the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
