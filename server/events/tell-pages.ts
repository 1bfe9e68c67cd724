import type { EventRepository } from '#db/repositories/events.ts';
import type { DeskEvent } from '#domain/desk-event.ts';
import { wallClock } from '../wall-clock.ts';

/** Has the live pages look again: at one desk, or at all of them. */
export function tellPages(
  events: Pick<EventRepository, 'append'>,
  type: Extract<
    DeskEvent['type'],
    'books.changed' | 'state.changed' | 'desk.changed' | 'approval.changed' | 'backtest.changed'
  >,
  deskId: string | null,
  runId: string | null = null,
): Promise<unknown> {
  return events.append({ type, runId, deskId, atMs: wallClock.nowMs(), payload: null });
}
