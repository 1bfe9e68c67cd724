import type { FundingPayment } from '#domain/account.ts';
import { AppError } from '#domain/errors.ts';
import type { Fill } from '#domain/order.ts';
import type { BrokerActivity } from '#exchanges/ports/broker.ts';
import type { PaperBooks } from './paper-books.ts';
import type { PaperSettings } from './paper-settings.ts';

/**
 * Fills and funding after the cursor. Asking with a cursor says that everything up to it is stored: of that only the
 * newest `readActivityKept` entries stay, so that the books do not grow for ever.
 * @throws AppError `request_invalid` for a cursor this account never gave, `conflict` for one that lies too far back
 */
export function readActivity(
  books: PaperBooks,
  cursor: string | null,
  settings: PaperSettings,
): { books: PaperBooks; activity: BrokerActivity } {
  const after = cursor === null ? 0 : Number(cursor);
  if (!Number.isInteger(after) || after < 0 || after > books.lastSequence)
    throw new AppError('request_invalid', `cursor ${cursor} was not given by account ${books.accountId}`);
  const oldest = books.activity[0]?.sequence ?? books.lastSequence + 1;
  if (after < oldest - 1)
    throw new AppError(
      'conflict',
      `activity of account ${books.accountId} after ${after} is gone: it was read before, and is kept from ${oldest}`,
    );
  const fills: Fill[] = [];
  const fundings: FundingPayment[] = [];
  for (const entry of books.activity) {
    if (entry.sequence <= after) continue;
    if (entry.kind === 'fill') fills.push(entry.fill);
    else fundings.push(entry.funding);
  }
  const last = books.lastSequence > after ? String(books.lastSequence) : cursor;
  return { books: withReader(books, after, settings), activity: { fills, fundings, cursor: last } };
}

function withReader(books: PaperBooks, after: number, settings: PaperSettings): PaperBooks {
  if (after <= books.readThroughSequence) return books;
  const keepFrom = Math.min(after, books.lastSequence - settings.readActivityKept) + 1;
  return {
    ...books,
    readThroughSequence: after,
    activity: books.activity.filter((entry) => entry.sequence >= keepFrom),
  };
}
