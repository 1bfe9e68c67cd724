import type { Schedule } from '../api-deps.ts';
import type { ApiContext } from '../http/api-env.ts';

const LOOK_EVERY_MS = 10_000;

/** A session that is over ends its streams: at once by a log-out here, else at the next look. Gives the way to stop looking. */
export function whileAllowed(context: ApiContext, schedule: Schedule, onEnd: () => void): () => void {
  const caller = context.get('caller');
  if (!caller?.session) return () => {};
  const forget = caller.onEnd(onEnd);
  let cancel = schedule(LOOK_EVERY_MS, look);
  function look(): void {
    cancel = schedule(LOOK_EVERY_MS, look);
    // A database that is away ends no session.
    caller?.isOver().then(
      (isOver) => isOver && onEnd(),
      () => {},
    );
  }
  return () => {
    forget();
    cancel();
  };
}
