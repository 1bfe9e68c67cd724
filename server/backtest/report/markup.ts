/** Text on its way into a page. */

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ESCAPED[found] ?? found);
}

/** `2025-10-10 21:15`, UTC. */
export function minuteText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** A row of cells; the first is its heading. */
export function tableRow(cells: readonly string[]): string {
  const [heading = '', ...rest] = cells;
  return `<tr><th scope="row">${heading}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

export function tableOf(head: readonly string[], rows: readonly string[]): string {
  const headings = head.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${headings}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
