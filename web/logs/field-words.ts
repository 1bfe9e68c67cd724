import type { LogLine } from '#domain/log-line.ts';

const SHOWN_CHARACTERS = 160;

/** The fields in short, as far as they are plain: whole ones, and a sign that there are more. */
export function fieldWords({ fields, runId }: LogLine): string {
  const words = Object.entries({ ...(runId !== null && { runId }), ...fields })
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`);
  let shown = '';
  for (const [place, word] of words.entries()) {
    const longer = place === 0 ? word : `${shown} ${word}`;
    if (longer.length > SHOWN_CHARACTERS) return `${shown || word.slice(0, SHOWN_CHARACTERS)} …`;
    shown = longer;
  }
  return shown;
}
