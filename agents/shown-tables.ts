/** The numbers in what a prompt shows, all of them and by what stands beside or above them. */

const SHOWN =
  /(?<![A-Za-z_\d.])(?<sign>[+\-±]?)(?<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?<exponent>e[+-]?\d{1,3})?(?!\d)(?:(?<percent> ?%)|(?<scale>[kKMB])\b|(?= ?x\b)|(?![A-Za-z_]))/g;
const SCALES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, B: 1e9 };
const CELL = ' | ';
const PLAIN_NUMBER = /^[+-]?\d[\d.,]*%?$/;

/** With their signs; a percentage also as the fraction it is, and `±3` both ways. */
export function numbersIn(text: string): number[] {
  const found: number[] = [];
  for (const { groups = {} } of text.matchAll(SHOWN)) {
    const size = Number(`${(groups.digits ?? '').replaceAll(',', '')}${groups.exponent ?? ''}`);
    const scaled = size * (SCALES[groups.scale ?? ''] ?? 1);
    const signs = groups.sign === '±' ? [1, -1] : [groups.sign === '-' ? -1 : 1];
    for (const sign of signs) found.push(sign * scaled, ...(groups.percent ? [(sign * scaled) / 100] : []));
  }
  return found;
}

/** What stands below a heading in percent, as fractions. */
export function percentColumns(text: string): number[] {
  return columnsUnder(text, (heading) => /%|percent/i.test(heading)).map((value) => value / 100);
}

/** The numbers on each line that has the word, and below each heading that has it; empty when nothing has. */
export function numbersBeside(text: string, word: string): number[] {
  const hasWord = (words: string) => words.toLowerCase().includes(word);
  return [...numbersIn(text.split('\n').filter(hasWord).join('\n')), ...columnsUnder(text, hasWord)];
}

export function rowCount(text: string): number {
  return text.split('\n').filter((line) => line.includes(CELL)).length;
}

/**
 * Tables are lines of cells, and may follow each other without a gap: a line without a plain number is headings of the
 * lines as wide as it that follow, until a line that is no table's.
 */
function columnsUnder(text: string, isAsked: (heading: string) => boolean): number[] {
  const found: number[] = [];
  let headings: string[][] = [];
  for (const line of text.split('\n')) {
    if (!line.includes(CELL)) {
      headings = [];
      continue;
    }
    const cells = line.split(CELL);
    if (!cells.some((cell) => PLAIN_NUMBER.test(cell))) headings.push(cells);
    const above = headings.filter(({ length }) => length === cells.length);
    for (const [index, cell] of cells.entries())
      if (above.some((row) => isAsked(row[index] ?? ''))) found.push(...numbersIn(cell));
  }
  return found;
}
