/** One scheduler for each desk that is not paused: the rows are the truth, the queue follows. */
import type { Desk } from '#domain/run.ts';
import type { WorkQueue } from './queue.ts';

type Scheduled = Pick<Desk, 'deskId' | 'intervalMs' | 'paused'>;

export async function syncSchedule(desk: Scheduled, queue: WorkQueue): Promise<void> {
  if (desk.paused) await queue.unscheduleDesk(desk.deskId);
  else await queue.scheduleDesk(desk.deskId, desk.intervalMs);
}

/** Tells a queue again that lost its schedulers or could not be told of a change; the others keep their pace. */
export async function mendSchedules(desks: readonly Scheduled[], queue: WorkQueue): Promise<void> {
  const there = new Map((await queue.schedules()).map(({ deskId, everyMs }) => [deskId, everyMs]));
  for (const desk of desks) {
    const everyMs = there.get(desk.deskId) ?? null;
    if (everyMs !== (desk.paused ? null : desk.intervalMs)) await syncSchedule(desk, queue);
    there.delete(desk.deskId);
  }
  for (const deskId of there.keys()) await queue.unscheduleDesk(deskId);
}
