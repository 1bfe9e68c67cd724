/** Where the lines of a long text begin when none is wider than so many characters. Pure. */

/** One more than there are lines: the last is the text's length. */
export type LineStarts = Uint32Array;

export function lineStarts(text: string, columns: number): LineStarts {
  const starts: number[] = [0];
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline + 1;
    while (end - at > columns + (newline < 0 ? 0 : 1)) {
      at = wholeCharacter(text, at + columns);
      starts.push(at);
    }
    at = end;
    starts.push(at);
  }
  if (text.endsWith('\n')) starts.push(text.length);
  return Uint32Array.from(starts);
}

export function lineAt(text: string, starts: LineStarts, line: number): string {
  return text.slice(starts[line], starts[line + 1]).replace(/\r?\n$/, '');
}

/** Never between the halves of one character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc_00 && code <= 0xdf_ff ? at - 1 : at;
}
