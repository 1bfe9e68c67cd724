/**
 * Server-sent events over fetch, because EventSource tells neither why it was refused nor that its line went silent.
 * Resumes by Last-Event-ID, waits longer after each failure, and starts again when the line has been silent.
 */
import { createEventParser, type StreamMessage } from './event-parser.ts';

export type StreamStatus = 'connecting' | 'live' | 'waiting';

export interface StreamOptions {
  readonly url: string;
  readonly onMessage: (message: StreamMessage) => void;
  readonly onStatus: (status: StreamStatus) => void;
  readonly onRefused: (status: number) => void;
  /** Calls its listener when the line may be dead; the stream then connects anew. */
  readonly onDoubt?: (listener: () => void) => () => void;
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5_000;
/** How long a connection may take to answer at all. */
const ANSWER_LIMIT_MS = 10_000;
/** The server's heart beats every 15 s; one beat may be lost. */
const SILENCE_LIMIT_MS = 35_000;

/** Runs until the signal is aborted. Never throws. */
export async function followEvents(options: StreamOptions): Promise<void> {
  const wait = options.wait ?? waitFor;
  let lastEventId: string | null = null;
  let failures = 0;
  while (!options.signal.aborted) {
    options.onStatus('connecting');
    try {
      for await (const message of readOnce(options, lastEventId)) {
        failures = 0;
        lastEventId = message.id ?? lastEventId;
        options.onMessage(message);
      }
    } catch {
      // What broke does not matter here: the answer is always to wait and resume.
    }
    if (options.signal.aborted) return;
    options.onStatus('waiting');
    await wait(backOffMs(failures), options.signal);
    failures += 1;
  }
}

/** 0.5 s, 1 s, 2 s … 5 s. */
export function backOffMs(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures);
}

async function* readOnce(options: StreamOptions, lastEventId: string | null): AsyncGenerator<StreamMessage> {
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const stopDoubting = options.onDoubt?.(() => broken.abort());
  try {
    yield* readUntil(options, lastEventId, broken, signal);
  } finally {
    stopDoubting?.();
  }
}

async function* readUntil(
  options: StreamOptions,
  lastEventId: string | null,
  broken: AbortController,
  signal: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const request = (options.fetch ?? fetch)(options.url, {
    headers: {
      accept: 'text/event-stream',
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
    signal,
  });
  const response = await within(request, ANSWER_LIMIT_MS, broken);
  if (!response.ok || response.body === null) {
    options.onRefused(response.status);
    throw new Error(`event stream answered ${response.status}`);
  }
  options.onStatus('live');
  const parser = createEventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { done, value } = await within(reader.read(), SILENCE_LIMIT_MS, broken);
    if (done) return;
    yield* parser.feed(value);
  }
}

/** Waits for what ends by itself or, once the limit is over, by the abort. */
function within<Answer>(answer: Promise<Answer>, limitMs: number, abort: AbortController): Promise<Answer> {
  const timer = setTimeout(() => abort.abort(), limitMs);
  return answer.finally(() => clearTimeout(timer));
}

function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, delayMs);
    signal.addEventListener('abort', end, { once: true });
    function end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
