/** What a person takes off by hand: positions, all that a desk has, one entry at work. */
import type { ListedPosition } from '#db/repositories/protected-positions.ts';
import { PERSON } from '#domain/audit.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import type { ClosedPosition } from '#tools/orders/order-desk.ts';
import type { Container } from './container.ts';
import { isOfMarket } from './engine/market-desks.ts';
import { tellPages } from './events/tell-pages.ts';
import type {
  CloseAnswer,
  CloseVerdict,
  EmergencyAnswer,
  PositionChoice,
  WithdrawnEntry,
} from './hand-port.ts';

/** A desk whose venue cannot be read keeps the others from nothing; its failure is told when they are done. */
export async function closePositions(
  container: Container,
  { deskId, ...choice }: PositionChoice,
  reason: string,
): Promise<CloseAnswer> {
  const { rows, house, source } = container;
  const own = (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key));
  const verdicts: CloseVerdict[] = [];
  let entriesGivenUp = 0;
  const failures: unknown[] = [];
  for (const desk of own) {
    if (deskId !== null && desk.deskId !== deskId) continue;
    try {
      const orders = await house.orders(desk.deskId);
      const { closed, givenUp } = await orders.close(choice, reason);
      entriesGivenUp += givenUp.length;
      verdicts.push(...closed.map((one) => verdictOf(desk.deskId, one)));
      // The books may still show what the venue did not: they learn it before anybody is told what is open.
      if (closed.length === 0 && choice.positionId !== null) await orders.reconcile();
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (verdicts.length + entriesGivenUp > 0 || choice.positionId !== null)
    await tellPages(rows.events, 'books.changed', deskId);
  if (failures.length > 0) throw failures[0];
  return { verdicts, entriesGivenUp };
}

/**
 * Halts the desk, takes its entries off the venue and closes what it holds, in this order: nothing opens any more when
 * the first position is closed. The halt stands whatever the venue says to the rest.
 */
export async function emergencyClose(
  container: Container,
  deskId: string,
  reason: string,
): Promise<EmergencyAnswer> {
  const { rows, marketClock } = container;
  await rows.tradingState.halt(deskId, { reason, setBy: PERSON, atMs: marketClock.nowMs() });
  await tellPages(rows.events, 'state.changed', null);
  return takeAllOff(container, deskId, reason);
}

/** What an emergency close does once the desk is halted. */
export async function takeAllOff(
  container: Container,
  deskId: string,
  reason: string,
): Promise<EmergencyAnswer> {
  const { rows, house } = container;
  // Before it waits for its turn: whoever asks for the same at the same time must not be told that nothing was open.
  const openThen = await rows.orders.positions([deskId]).catch(() => []);
  try {
    const orders = await house.orders(deskId);
    const atWork = (await rows.orders.entriesAtWork([deskId])).length;
    const notes = await orders.protect(null);
    const ordersCancelled = notes.filter(({ action }) => action === 'cancelled').length;
    const { verdicts, entriesGivenUp } = await closePositions(
      container,
      { deskId, symbol: null, side: null, positionId: null },
      reason,
    );
    await tellPages(rows.events, 'books.changed', deskId);
    const failed = notes.filter(({ action }) => action === 'failed').map(({ detail }) => detail);
    const told = new Set(verdicts.map(({ symbol }) => symbol));
    const gone = openThen.filter(({ symbol }) => !told.has(symbol)).map(goneVerdict);
    return {
      verdicts: [...verdicts, ...gone],
      entriesGivenUp: atWork + entriesGivenUp,
      ordersCancelled,
      failed,
    };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    throw new AppError(code, `trading is halted, but not everything was closed: ${message}. Ask again.`, {
      cause: thrown,
    });
  }
}

/** @throws AppError `not_found` when the entry is over */
export async function withdrawEntry(
  { rows, house }: Container,
  { deskId, entryId }: { readonly deskId: string; readonly entryId: string },
  reason: string,
): Promise<WithdrawnEntry> {
  const orders = await house.orders(deskId);
  const notes = await orders.giveUp(entryId, reason);
  await tellPages(rows.events, 'books.changed', deskId);
  if (notes === null)
    throw new AppError('not_found', `entry "${entryId}" is not at work: GET /api/entries lists what is`);
  return { deskId, entryId, notes };
}

function goneVerdict({ deskId, positionId, symbol, side, quantityBase }: ListedPosition): CloseVerdict {
  const message = 'closed meanwhile: by another call, by its stop or by its target';
  return { deskId, positionId, symbol, side, quantityBase, outcome: 'gone', message };
}

function verdictOf(deskId: string, { position, note }: ClosedPosition): CloseVerdict {
  const { positionId, symbol, side, quantityBase } = position;
  const outcome = note.action === 'closed' ? 'sent' : 'failed';
  return { deskId, positionId, symbol, side, quantityBase, outcome, message: note.detail };
}
