/** A run as large as they come: a thousand spans and twenty megabytes, of which one body has two. */
import type { Span } from '#domain/run.ts';
import type { Container } from '#server/container.ts';
import { cycleRecord, llmCall, NOW_MS, newRun, span } from './database-rows.ts';

export const BIG_RUN = 'run-big';
export const BIG_SPANS = 1_000;
export const LONGEST_BYTES = 2_000_000;
const BODY_BYTES = 18_500;
/** Of one reading as JSON. */
const READING_BYTES = 100;
export const LAST_READING = LONGEST_BYTES / READING_BYTES - 1;

/** Not among a desk's cycles, so that it stands in nobody's way. */
export async function seedBigRun({ rows }: Pick<Container, 'rows'>): Promise<void> {
  const run = { runId: BIG_RUN, deskId: 'desk-big', kind: 'analysis', promptSetId: 'ps_1' } as const;
  const startedAtMs = NOW_MS - 1_200;
  await rows.runs.start(newRun({ ...run, status: 'queued', owner: null, startedAtMs }));
  const spans = Array.from({ length: BIG_SPANS }, (_, index) => bigSpan(index));
  for (let at = 0; at < spans.length; at += 50)
    await Promise.all(spans.slice(at, at + 50).map((one) => rows.spans.closed(one)));
  await rows.calls.add(
    llmCall({
      ...{ callId: 'call-big', runId: BIG_RUN, spanId: 'big-10', agent: 'context', symbol: symbolOf(10) },
      messages: [
        { role: 'system', content: 'You are the context of a trading desk.' },
        { role: 'user', content: 'what is seen\n'.repeat(20_000) },
      ],
      reply: '{"summary": "RSI at 61.4, then 92%"}',
    }),
  );
  await rows.records.save(
    cycleRecord({ ...run, startedAtMs, finishedAtMs: NOW_MS + 4_000, reason: 'as large as they come' }),
  );
}

function bigSpan(index: number): Span {
  const isFailed = index % 250 === 249;
  const name = index === 0 ? 'observe' : index === 1 ? 'indicators' : 'context';
  return span({
    ...{ spanId: `big-${index}`, runId: BIG_RUN, name, startedAtMs: NOW_MS + index * 3 },
    kind: index < 2 ? 'tool' : 'agent',
    symbol: index < 2 ? null : symbolOf(index),
    status: isFailed ? 'failed' : 'ok',
    durationMs: 40 + (index % 17),
    decidedBy: index < 2 ? 'code' : 'model',
    output: bodyOf(index, index === 1 ? LONGEST_BYTES : BODY_BYTES),
    error: isFailed ? { code: 'internal', message: `subject ${index} could not be read` } : null,
  });
}

export function symbolOf(index: number): string {
  return `S${String(index).padStart(4, '0')}/USDT:USDT`;
}

function bodyOf(index: number, bytes: number): unknown {
  const reading = (at: number) => {
    const row = { at, symbol: symbolOf(index), closeQuote: 67_210.5, closedAtMs: NOW_MS, note: '' };
    return { ...row, note: 'n'.repeat(READING_BYTES - 1 - JSON.stringify(row).length) };
  };
  return { readings: Array.from({ length: Math.floor(bytes / READING_BYTES) }, (_, at) => reading(at)) };
}
