/** Keyset cursors: opaque to the caller, the sort key of the last row inside. */
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

/** A page of a list sorted by time, then by id. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

/** Of these desks alone; of every desk when none are named. */
export interface DeskPageRequest extends PageRequest {
  readonly deskIds?: readonly string[] | undefined;
}

/** Half of a surrogate pair is no text the database could hold. */
const LONE_SURROGATE = /\p{Surrogate}/u;
const Position = z.tuple([z.number().int(), z.string().refine((id) => !LONE_SURROGATE.test(id))]);
export type CursorPosition = z.infer<typeof Position>;

export function encodeCursor(position: CursorPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws AppError `request_invalid` */
export function decodeCursor(cursor: string): CursorPosition {
  try {
    return Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new AppError(
      'request_invalid',
      `cursor "${cursor}" is not one of ours: take nextCursor of the last page`,
      {
        context: { cursor },
        cause,
      },
    );
  }
}

/** Cuts one row more than asked for into a page and the cursor of its last row. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => CursorPosition,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  };
}
