/** Takes one entry at work off the venue, as `POST /api/entries/{id}/withdraw` does. */
import type { Database } from '#db/client.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { AppError } from '#domain/errors.ts';
import type { EntryProgress } from '#domain/working-entry.ts';
import { audited } from '../audited.ts';
import type { Config } from '../config.ts';
import { isOfMarket } from '../engine/market-desks.ts';
import { withdrawAct } from '../hand-acts.ts';
import { withdrawEntry } from '../hand-closes.ts';
import { withTables } from '../open-tables.ts';
import { desksOfEnvironment, elsewhere } from './chosen-desks.ts';
import { BY_COMMAND } from './desk-states.ts';
import { cliConfig, cliLogger, personWords, printJson, withContainer } from './session.ts';

/** Of an id in a message; a venue's own are shorter. */
const LONGEST_ID = 64;

export interface WithdrawOptions {
  readonly reason?: string;
  readonly json: boolean;
}

export async function withdraw(entryId: string, { reason: said, json }: WithdrawOptions): Promise<void> {
  const reason = said === undefined ? 'withdrawn by a person' : personWords('reason', said);
  const config = cliConfig();
  const answer = await withTables(config, cliLogger(config), async (database) => {
    const entry = await entryNamed(entryId, database, config);
    return withContainer({ clock: 'followed', config }, (container) =>
      audited(
        container.rows.audit,
        { ...withdrawAct(entry, reason), actor: BY_COMMAND },
        () => withdrawEntry(container, entry, reason),
        (told) => told,
      ),
    );
  });
  if (json) return printJson(answer);
  process.stdout.write(`entry ${entryId} of desk ${answer.deskId} is at work no more: ${reason}\n`);
  for (const { action, symbol, detail } of answer.notes)
    process.stdout.write(`  ${action} ${symbol}: ${detail}\n`);
}

/** Before a market is opened. @throws AppError `not_found`, `conflict` */
async function entryNamed(entryId: string, database: Database, config: Config): Promise<EntryProgress> {
  const desks = await createDeskRepository(database).list();
  const deskIds = desks.map(({ deskId }) => deskId);
  const atWork = await createOrderRepository(database).entriesAtWork(deskIds);
  const entry = atWork.find((one) => one.entryId === entryId);
  if (entry === undefined) {
    const known = atWork.map((one) => one.entryId).join(', ');
    const asked = entryId.length > LONGEST_ID ? `${entryId.slice(0, LONGEST_ID)}…` : entryId;
    throw new AppError(
      'not_found',
      `entry "${asked}" is not at work; what is at work is ${known || 'nothing'}`,
    );
  }
  const { market } = desksOfEnvironment(config, desks, '');
  if (!isOfMarket(entry, market)) throw elsewhere(`entry "${entryId}"`, entry.deskId, market);
  return entry;
}
