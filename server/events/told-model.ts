import type { EventRepository } from '#db/repositories/events.ts';
import { ModelNotice } from '#domain/desk-event.ts';
import type { Clock, EpochMs } from '#domain/time.ts';

/** What was told last of a model's health, by whichever process; null when nothing of it is kept. */
export type ToldModel = () => Promise<ModelNotice | null>;

/** Every page asks: the answer is good for a second. */
const GOOD_FOR_MS = 1_000;

export function createToldModel(events: Pick<EventRepository, 'latest'>, wallClock: Clock): ToldModel {
  let last: { readonly atMs: EpochMs; readonly notice: Promise<ModelNotice | null> } | null = null;
  async function read(): Promise<ModelNotice | null> {
    // `/readyz` must be able to say that the database is away.
    const event = await events.latest('model.changed').catch(() => null);
    const told = ModelNotice.safeParse(event?.payload);
    return told.success ? told.data : null;
  }
  return () => {
    const nowMs = wallClock.nowMs();
    if (last === null || Math.abs(nowMs - last.atMs) >= GOOD_FOR_MS) last = { atMs: nowMs, notice: read() };
    return last.notice;
  };
}
