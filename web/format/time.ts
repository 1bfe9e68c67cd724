/**
 * Instants and durations for the screen, all in UTC. A replay's market runs on a time of its own, so an instant says
 * which clock it is of: the market's, or the one on the reader's wall.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12:04:31` */
export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}

/** `2025-04-07` */
export function formatDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** `2025-04-07 12:04 UTC`, where a label beside it names the clock. */
export function formatDateTime(atMs: number): string {
  return `${formatDate(atMs)} ${formatTime(atMs).slice(0, 5)} UTC`;
}

/** `market 2025-04-07 12:04 UTC` */
export function formatMarketTime(atMs: number): string {
  return `market ${formatDateTime(atMs)}`;
}

/** `wall 2026-11-21 07:02:31 UTC` */
export function formatWallTime(atMs: number): string {
  return `wall ${formatDate(atMs)} ${formatTime(atMs)} UTC`;
}

/** Machine-written instants in a sentence as the page writes them: `2026-11-21 16:40:32 UTC`. */
export function withPageTimes(text: string): string {
  return text.replaceAll(/\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z/g, '$1 $2 UTC');
}

/** How long something took: `12 ms`, `1.24 s`, `3m 04s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < SECOND)
    return `${durationMs < 10 ? Number(durationMs.toFixed(1)) : Math.round(durationMs)} ms`;
  if (durationMs < MINUTE) return `${(durationMs / SECOND).toFixed(2)} s`;
  if (durationMs < HOUR) return pair(durationMs, MINUTE, 'm', SECOND, 's');
  return formatAge(durationMs);
}

/** How long ago, coarser: `45s`, `12m`, `2h 05m`, `3d 04h`. */
export function formatAge(ageMs: number): string {
  const age = Math.max(0, ageMs);
  if (age < MINUTE) return `${Math.floor(age / SECOND)}s`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)}m`;
  return age < DAY ? pair(age, HOUR, 'h', MINUTE, 'm') : pair(age, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${bigName} ${String(rest).padStart(2, '0')}${smallName}`;
}
