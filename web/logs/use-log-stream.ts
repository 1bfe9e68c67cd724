import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LogLine } from '#domain/log-line.ts';
import { connection } from '../api/connection.ts';
import type { StreamMessage } from '../api/event-parser.ts';
import { followEvents, type StreamStatus } from '../api/event-stream.ts';
import { onSessionChange, sessionRefused, sessionState } from '../api/session.ts';
import { EMPTY_BUFFER, type LogBuffer, MOST_LINES, withLines } from './log-buffer.ts';

/** So many milliseconds of lines go onto the screen at once. */
const GATHER_MS = 100;

export interface LogStream extends LogBuffer {
  readonly status: StreamStatus;
}

/** Follows the log while the page is mounted, and resumes where it was. */
export function useLogStream(): LogStream {
  const isOpen = useSyncExternalStore(onSessionChange, () => sessionState().status === 'open');
  const [buffer, setBuffer] = useState<LogBuffer>(EMPTY_BUFFER);
  const [status, setStatus] = useState<StreamStatus>('connecting');
  useEffect(() => {
    if (!isOpen) return;
    const stop = new AbortController();
    let told: LogLine[] = [];
    let lost = 0;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const show = () => {
      const [lines, missing] = [told, lost];
      [told, lost, timer] = [[], 0, null];
      setBuffer((before) => withLines(before, lines, missing));
    };
    setBuffer(EMPTY_BUFFER);
    void followEvents({
      url: `/api/logs?tail=${MOST_LINES}`,
      signal: stop.signal,
      onRefused: (code) => code === 401 && sessionRefused(),
      onStatus: setStatus,
      onDoubt: connection.onDoubt,
      onMessage: (message) => {
        const line = readLine(message);
        if (line !== null) told.push(line);
        lost += lostLines(message);
        timer ??= setTimeout(show, GATHER_MS);
      },
    });
    return () => {
      stop.abort();
      if (timer !== null) clearTimeout(timer);
    };
  }, [isOpen]);
  return { ...buffer, status };
}

function readLine({ event, data }: StreamMessage): LogLine | null {
  return event === 'line' ? (JSON.parse(data) as LogLine) : null;
}

function lostLines({ event, data }: StreamMessage): number {
  return event === 'lost' ? (JSON.parse(data) as { lines: number }).lines : 0;
}
