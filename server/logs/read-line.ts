import { LogLevel, type NewLogLine } from '#domain/log-line.ts';
import type { EpochMs } from '#domain/time.ts';

const LONGEST_MESSAGE = 2_000;
const LONGEST_FIELDS = 8_000;

/** Where a line comes from. */
export interface LineOrigin {
  readonly role: string;
  readonly process: string;
}

/** A finished line of the log, redacted already, as it is kept: in its parts, and cut where it is long. */
export function readLine(text: string, { role, process }: LineOrigin, nowMs: EpochMs): NewLogLine {
  const { level, time, msg, runId, ...fields } = parsed(text);
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const known = LogLevel.safeParse(level);
  return {
    ...{ role, process },
    atMs: Number.isFinite(atMs) ? atMs : nowMs,
    level: known.success ? known.data : 'info',
    message: cut(String(msg ?? ''), LONGEST_MESSAGE),
    runId: typeof runId === 'string' ? cut(runId, 200) : null,
    fields: short(fields),
  };
}

/** What hides a secret may break the JSON around it: then the whole line is the message. */
function parsed(text: string): Record<string, unknown> {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && !Array.isArray(line)) return { ...line };
  } catch {
    // It is told as it is.
  }
  return { msg: text.trim() };
}

function short(fields: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(fields);
  return text.length <= LONGEST_FIELDS ? fields : { cut: cut(text, LONGEST_FIELDS) };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
