/** Server-sent events as the HTML standard writes them, pulled by the client's own pace. */

const RETRY_MS = 2_000;

export const EVENT_STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
} as const;

export interface EventFrame {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** JSON has no bare line breaks, so one data line is always enough. */
export function eventFrame({ id, event, data }: EventFrame): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function commentFrame(text: string): string {
  return `: ${text}\n\n`;
}

/**
 * Streams the frames. Nothing is read ahead of the client: the next frame is asked for when it has taken the last.
 * `onEnd` is called once, with the error when there was one; it must unblock a generator that waits.
 */
export function eventStreamResponse(
  frames: AsyncGenerator<string>,
  onEnd: (error?: unknown) => void,
): Response {
  const encoder = new TextEncoder();
  let ended = false;
  function end(error?: unknown): void {
    if (ended) return;
    ended = true;
    onEnd(error);
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`)),
      async pull(controller) {
        try {
          const { done, value } = await frames.next();
          if (ended) return;
          if (!done) return controller.enqueue(encoder.encode(value));
          end();
          controller.close();
        } catch (error) {
          end(error);
          controller.error(error);
        }
      },
      async cancel() {
        end();
        await frames.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, { headers: EVENT_STREAM_HEADERS });
}

/** Where to resume: the Last-Event-ID header, else the query's `after`; null when neither names a place. */
export function resumeAfter(header: string | undefined, query: number | undefined): number | null {
  if (header !== undefined && /^\d{1,15}$/.test(header)) return Number(header);
  return query ?? null;
}
