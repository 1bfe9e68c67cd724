import type { ModelHealthChange } from '#agents/model-health.ts';
import type { EventRepository } from '#db/repositories/events.ts';
import { ModelNotice } from '#domain/desk-event.ts';
import type { Clock } from '#domain/time.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * Says that a model went down or came back: an alert in the log, and an event for the pages of every process. A first
 * answer is told only where the last thing told was that the model is down, by a process that is gone.
 */
export async function tellModelHealth(
  change: ModelHealthChange,
  {
    events,
    logger,
    wallClock,
  }: {
    readonly events: Pick<EventRepository, 'append' | 'latest'>;
    readonly logger: Pick<Logger, 'error' | 'info' | 'warn'>;
    readonly wallClock: Clock;
  },
): Promise<void> {
  const { model, provider, status, reason, detail, sinceMs, wasDownMs, nextTryAtMs } = change;
  const notice: ModelNotice = { model, provider, status, reason, sinceMs };
  try {
    if (status === 'up' && wasDownMs === null) {
      const told = ModelNotice.safeParse((await events.latest('model.changed'))?.payload);
      if (!told.success || told.data.status === 'up' || told.data.model !== model) return;
    }
    if (status === 'down')
      logger.error({ ...notice, detail, nextTryAtMs, alert: 'model_down' }, 'the model is down');
    else logger.info({ ...notice, wasDownMs }, 'the model answers again');
    await events.append({
      ...{ type: 'model.changed', runId: null, deskId: null },
      ...{ atMs: wallClock.nowMs(), payload: notice },
    });
  } catch (err) {
    logger.warn({ err, ...notice }, 'the health of a model could not be told');
  }
}
