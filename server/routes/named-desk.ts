/** Which desks a call is about. Without a name it is those of the running market; a database may hold other ones. */
import { AppError } from '#domain/errors.ts';
import type { DesksPort } from '../api-deps.ts';

const NAMED_AT_MOST = 12;

/** The named desk alone, of whatever market, else every desk of this one. @throws AppError `not_found` */
export async function desksToRead(desks: DesksPort, deskId: string | undefined): Promise<readonly string[]> {
  if (deskId !== undefined) return [await deskToRead(desks, deskId)];
  return (await desks.list()).map((desk) => desk.deskId);
}

/** The named desk, of whatever market, else the oldest of this one. @throws AppError `not_found` */
export async function deskToRead(desks: DesksPort, deskId: string | undefined): Promise<string> {
  if (deskId === undefined) return oldestDesk(desks);
  if ((await desks.get(deskId)) === null) throw await noDesk(`there is no desk "${deskId}"`, desks);
  return deskId;
}

/**
 * The named desk of this market, else its oldest. What is done to a desk, and what is known of its state, has the time
 * and the prices of its own market. @throws AppError `not_found`
 */
export async function ownDesk(desks: DesksPort, deskId: string | undefined): Promise<string> {
  if (deskId === undefined) return oldestDesk(desks);
  if ((await desks.list()).some((own) => own.deskId === deskId)) return deskId;
  const isElsewhere = (await desks.get(deskId)) !== null;
  const words = isElsewhere
    ? `desk "${deskId}" is not of the running market`
    : `there is no desk "${deskId}"`;
  throw await noDesk(words, desks);
}

async function oldestDesk(desks: DesksPort): Promise<string> {
  const [oldest] = (await desks.list()).toSorted((left, right) => left.createdAtMs - right.createdAtMs);
  if (oldest === undefined)
    throw new AppError('not_found', 'there is no desk yet: create one with POST /api/desks');
  return oldest.deskId;
}

async function noDesk(words: string, desks: DesksPort): Promise<AppError> {
  const known = (await desks.list()).map(({ deskId }) => deskId);
  const shown = known.slice(0, NAMED_AT_MOST).join(', ') + (known.length > NAMED_AT_MOST ? ', …' : '');
  return new AppError('not_found', `${words}: this market has ${shown || 'none yet'}`);
}
