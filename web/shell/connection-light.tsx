import type { StreamStatus } from '../api/event-stream.ts';
import { useConnection } from './use-connection.ts';

const WORDS: Record<StreamStatus, string> = {
  connecting: 'Connecting',
  live: 'Live',
  waiting: 'Reconnecting',
};

/** Whether what is on the screen is told by the stream or is getting old. */
export function ConnectionLight() {
  const { stream, lostSinceMs } = useConnection();
  const lamp = lostSinceMs !== null ? 'bg-down' : stream === 'live' ? 'bg-up' : 'lamp-live bg-watch';
  return (
    <span role="status" className="flex items-center gap-1.5 text-muted text-xs">
      <span aria-hidden="true" className={`size-2 rounded-full ${lamp}`} />
      <span className={stream === 'live' ? 'max-sm:sr-only' : ''}>
        {lostSinceMs === null ? WORDS[stream] : 'No connection'}
      </span>
    </span>
  );
}
