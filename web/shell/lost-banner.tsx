import { formatTime } from '../format/time.ts';
import { useConnection } from './use-connection.ts';

/** Says that the screen has stopped being true. Lies over the page, so that nothing moves when it comes and goes. */
export function LostBanner() {
  const { lostSinceMs } = useConnection();
  if (lostSinceMs === null) return null;
  return (
    <p
      role="alert"
      className="fixed inset-x-0 bottom-0 z-30 bg-down px-4 py-2.5 text-center font-semibold text-surface"
    >
      No connection to Vigil since {formatTime(lostSinceMs)} UTC (wall) – what you see is old. This page tries
      again by itself.
    </p>
  );
}
