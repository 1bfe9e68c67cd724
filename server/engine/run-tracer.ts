import type { NewDeskEvent } from '#domain/desk-event.ts';
import type { Span } from '#domain/run.ts';
import type { RunTracer } from '#graphs/deps.ts';

export interface SpanRows {
  opened(span: Span): Promise<void>;
  closed(span: Span): Promise<void>;
}

/** Live pages hear of spans this late at most: those of a busy moment share a statement. */
export const TELL_WITHIN_MS = 20;

/**
 * Writes the spans of one run and tells the live pages, without their bodies: who wants those reads the run. A span is
 * written while the run goes on: its opening has left for the database when the node begins, so that a kill leaves it
 * there. The next node waits for what the nodes before it have written, and so does the end of the run: a trace that
 * cannot be written still ends the run.
 */
export function createRunTracer(options: {
  readonly spans: SpanRows;
  readonly appendEvent: (event: NewDeskEvent) => Promise<unknown>;
  readonly deskId: string;
  readonly nowMs: () => number;
  readonly onEventLost: (thrown: unknown) => void;
  /** Runs `work` after a while; a timer when absent. */
  readonly later?: (work: () => void) => void;
}): RunTracer {
  const { spans, later = (work) => void setTimeout(work, TELL_WITHIN_MS) } = options;
  const untold: NewDeskEvent[] = [];
  const openings = new Map<string, Promise<void>>();
  let before: Promise<unknown> = Promise.resolve();

  function tell(type: NewDeskEvent['type'], span: Span): void {
    const payload = { ...span, input: null, output: null };
    untold.push({ type, runId: span.runId, deskId: options.deskId, atMs: options.nowMs(), payload });
    if (untold.length === 1) later(tellAll);
  }

  // The span's row is the truth and is awaited; its event is a courtesy to pages that are open.
  function tellAll(): void {
    for (const event of untold.splice(0)) void options.appendEvent(event).catch(options.onEventLost);
  }

  return {
    async opened(span) {
      const opening = spans.opened(span).then(() => tell('span.opened', span));
      // Whoever awaits its closing hears of its failure.
      opening.catch(() => undefined);
      openings.set(span.spanId, opening);
      await before;
    },
    async closed(span) {
      const opening = openings.get(span.spanId);
      openings.delete(span.spanId);
      const closing = spans.closed(span).then(() => tell('span.closed', span));
      const written = Promise.all([before, opening, closing]);
      before = written;
      if (span.name !== 'record') return void written.catch(() => undefined);
      await written;
      tellAll();
    },
  };
}
