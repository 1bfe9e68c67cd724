import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import type { DeskEvent } from '#domain/desk-event.ts';
import { authorization, keyRefused, keyState, onKeyChange } from './api-key.ts';
import { applyEvent } from './apply-event.ts';
import { connection } from './connection.ts';
import { followEvents } from './event-stream.ts';

/**
 * Follows a stream of desk events while the page is mounted. Each (re)connection reads everything afresh,
 * so nothing said between a page's first reading and the stream's first word is lost.
 */
export function useEventStream(url: string): void {
  const client = useQueryClient();
  const { key } = useSyncExternalStore(onKeyChange, keyState);
  useEffect(() => {
    const stop = new AbortController();
    void followEvents({
      url,
      headers: () => authorization(key),
      signal: stop.signal,
      onRefused: (code) => code === 401 && keyRefused(key),
      onStatus: (next) => {
        connection.streamIs(next);
        if (next === 'live') void client.invalidateQueries();
      },
      onDoubt: connection.onDoubt,
      onMessage: ({ data }) => {
        connection.heard();
        const event = readEvent(data);
        if (event) applyEvent(client, event);
      },
    });
    return () => stop.abort();
  }, [client, key, url]);
}

function readEvent(text: string): DeskEvent | null {
  try {
    return JSON.parse(text) as DeskEvent;
  } catch {
    return null;
  }
}
