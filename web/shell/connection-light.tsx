import type { StreamStatus } from '../api/event-stream.ts';

const WORDS: Record<StreamStatus, string> = {
  connecting: 'Connecting',
  live: 'Live',
  waiting: 'Reconnecting',
};

/** Whether what is on the screen is told by the stream or is getting old. */
export function ConnectionLight({ status }: { status: StreamStatus }) {
  return (
    <span role="status" className="flex items-center gap-1.5 text-muted text-xs">
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${status === 'live' ? 'bg-up' : 'lamp-live bg-watch'}`}
      />
      <span className={status === 'live' ? 'max-sm:sr-only' : ''}>{WORDS[status]}</span>
    </span>
  );
}
