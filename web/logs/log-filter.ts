import type { LogLevel, LogLine } from '#domain/log-line.ts';

/** From the gravest down, as a reader narrows. */
export const LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

export interface LogFilter {
  /** This grave or graver; null for every line. */
  readonly level: LogLevel | null;
  readonly text: string;
  readonly runId: string;
  readonly role: string;
}

export function readFilter(search: URLSearchParams): LogFilter {
  return {
    level: LEVELS.find((level) => level === search.get('level')) ?? null,
    text: search.get('q') ?? '',
    runId: search.get('run') ?? '',
    role: search.get('role') ?? '',
  };
}

export function isFiltered({ level, text, runId, role }: LogFilter): boolean {
  return level !== null || text !== '' || runId !== '' || role !== '';
}

/** Text is looked for without case in the message and in the fields. */
export function matches(line: LogLine, filter: LogFilter): boolean {
  const { level, runId, role } = filter;
  if (level !== null && LEVELS.indexOf(line.level) > LEVELS.indexOf(level)) return false;
  if (runId !== '' && !(line.runId ?? '').includes(runId)) return false;
  if (role !== '' && line.role !== role) return false;
  const text = filter.text.toLowerCase();
  if (text === '' || line.message.toLowerCase().includes(text)) return true;
  return fieldsText(line).includes(text);
}

const written = new WeakMap<LogLine, string>();

/** Written once for each line: a reader types letter by letter. */
function fieldsText(line: LogLine): string {
  const known = written.get(line);
  if (known !== undefined) return known;
  const text = JSON.stringify(line.fields).toLowerCase();
  written.set(line, text);
  return text;
}
