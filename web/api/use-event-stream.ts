import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { DeskEvent } from '#domain/desk-event.ts';
import { applyEvent } from './apply-event.ts';
import { askAllAgain } from './ask-again.ts';
import { readSession } from './client.ts';
import { connection } from './connection.ts';
import { followEvents } from './event-stream.ts';
import { onSessionChange, sessionRefused, sessionState } from './session.ts';

/**
 * Follows a stream of desk events while the page is mounted. Each (re)connection reads everything afresh,
 * so nothing said between a page's first reading and the stream's first word is lost.
 */
export function useEventStream(url: string): void {
  const client = useQueryClient();
  const isOpen = useSyncExternalStore(onSessionChange, () => sessionState().status === 'open');
  useEffect(() => {
    if (!isOpen) return;
    const stop = new AbortController();
    void followEvents({
      url,
      signal: stop.signal,
      onRefused: (code) => code === 401 && sessionRefused(),
      onStatus: (next) => {
        connection.streamIs(next);
        if (next !== 'live') return;
        askAllAgain(client);
        // Another tab may have logged in or out, or the server begun to ask for a key.
        readSession().catch(() => undefined);
      },
      onDoubt: connection.onDoubt,
      onMessage: ({ data }) => {
        connection.heard();
        const event = readEvent(data);
        if (event) applyEvent(client, event);
      },
    });
    return () => stop.abort();
  }, [client, isOpen, url]);
}

function readEvent(text: string): DeskEvent | null {
  try {
    return JSON.parse(text) as DeskEvent;
  } catch {
    return null;
  }
}
