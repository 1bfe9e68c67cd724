/**
 * Halts one desk, takes its entries off and closes all it holds, as `POST /api/desks/{id}/emergency-close` does. The halt
 * comes first and needs the tables alone: it stands also where the market or the venue cannot be opened.
 */
import { createInterface } from 'node:readline';
import type { Database } from '#db/client.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { createOrderRepository } from '#db/repositories/orders.ts';
import { decimal, decimalText, sumDecimals } from '#domain/decimal.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import type { Desk } from '#domain/run.ts';
import { audited } from '../audited.ts';
import type { Config } from '../config.ts';
import { marketKeyOf } from '../engine/market-desks.ts';
import { tellPages } from '../events/tell-pages.ts';
import { emergencyAct } from '../hand-acts.ts';
import { takeAllOff } from '../hand-closes.ts';
import type { EmergencyAnswer } from '../hand-port.ts';
import { withTables } from '../open-tables.ts';
import { deskOfEnvironment } from './chosen-desks.ts';
import { BY_COMMAND, changeAt, marketTimes, statesOf } from './desk-states.ts';
import { cliConfig, cliLogger, personWords, printJson, withContainer } from './session.ts';

const WORD = 'CLOSE';

export interface EmergencyOptions {
  readonly desk?: string;
  readonly yes: boolean;
  readonly json: boolean;
}

/** What it will do, by the books. */
interface Plan {
  readonly entriesAtWork: number;
  readonly positions: readonly {
    readonly symbol: string;
    readonly side: string;
    readonly quantityBase: string;
    readonly notionalQuote: string;
  }[];
  readonly notionalQuote: string;
}

export async function emergencyClose(
  words: readonly string[],
  { desk: named, yes, json }: EmergencyOptions,
): Promise<void> {
  const reason = personWords('reason', words.join(' '));
  if (json && !yes)
    throw new AppError(
      'usage_invalid',
      '--json asks nothing on the way: add --yes to close without a question',
    );
  const config = cliConfig();
  const answer = await withTables(config, cliLogger(config), async (database) => {
    const desk = deskOfEnvironment(config, await createDeskRepository(database).list(), named);
    const plan = await planOf(desk, database);
    if (!yes) await askFor(WORD, desk, plan);
    await haltFirst(desk, database, reason);
    return { deskId: desk.deskId, reason, plan, ...(await closeOn(config, desk, reason)) };
  });
  const { verdicts, ...told } = answer;
  if (json) printJson({ ...told, items: verdicts });
  else process.stdout.write(`${textOf(answer)}\n`);
  if (!isWhole(answer)) process.exitCode = 1;
}

async function planOf({ deskId }: Desk, database: Database): Promise<Plan> {
  const orders = createOrderRepository(database);
  const positions = (await orders.positions([deskId])).map(
    ({ symbol, side, quantityBase, markPriceQuote }) => {
      return {
        symbol,
        side,
        quantityBase,
        notionalQuote: decimalText(decimal(quantityBase).times(markPriceQuote)),
      };
    },
  );
  return {
    entriesAtWork: (await orders.entriesAtWork([deskId])).length,
    positions,
    notionalQuote: decimalText(sumDecimals(positions.map(({ notionalQuote }) => notionalQuote))),
  };
}

/** @throws AppError `usage_invalid` unless the word is typed */
async function askFor(word: string, { deskId, name }: Desk, plan: Plan): Promise<void> {
  const lines = [
    `This halts desk ${deskId} (${name}), withdraws its entries (${plan.entriesAtWork} at work by the books) and whatever else rests to open`,
    `something, and closes at market what it holds (${plan.positions.length} positions by the books, ${plan.notionalQuote} of notional):`,
    ...plan.positions.map(
      ({ symbol, side, quantityBase, notionalQuote }) =>
        `  ${symbol} ${side}: ${quantityBase} for ${notionalQuote}`,
    ),
    `Type ${word} to go on: `,
  ];
  process.stderr.write(lines.join('\n'));
  const typed = await typedLine();
  if (typed.trim() !== word)
    throw new AppError(
      'usage_invalid',
      `nothing was done: that was not the word ${word}; --yes asks for none`,
    );
}

/** Empty when nobody can type. */
async function typedLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}

async function haltFirst({ deskId }: Desk, database: Database, reason: string): Promise<void> {
  const market = marketKeyOf(deskId);
  const change = changeAt(await marketTimes(database), { market }, reason);
  await statesOf(database, market).halt(deskId, change);
  await tellPages(createEventRepository(database), 'state.changed', null);
}

async function closeOn(config: Config, { deskId }: Desk, reason: string): Promise<EmergencyAnswer> {
  let isOpened = false;
  const close = () =>
    withContainer({ clock: 'followed', config }, (container) => {
      isOpened = true;
      return audited(
        container.rows.audit,
        { ...emergencyAct(deskId, reason), actor: BY_COMMAND },
        () => takeAllOff(container, deskId, reason),
        (told) => told,
      );
    });
  return close().catch((thrown: unknown) => {
    if (isOpened) throw thrown;
    const { code, message } = toAppError(thrown);
    throw new AppError(
      code,
      `trading is halted, but nothing was closed: ${message}. Mend that and ask again.`,
      {
        cause: thrown,
      },
    );
  });
}

function isWhole({ verdicts, failed }: EmergencyAnswer): boolean {
  return failed.length === 0 && verdicts.every(({ outcome }) => outcome === 'sent' || outcome === 'gone');
}

function textOf({ deskId, reason, ...answer }: EmergencyAnswer & { deskId: string; reason: string }): string {
  const { verdicts, entriesGivenUp, ordersCancelled, failed } = answer;
  const held = verdicts.length === 0 ? 'it held nothing' : 'closed is all it held';
  const rest = isWhole(answer) ? held : 'NOT EVERYTHING IS CLOSED: ask again';
  return [
    `desk ${deskId} is halted, ${rest}: ${reason}`,
    `  ${entriesGivenUp} entries given up, ${ordersCancelled} orders cancelled`,
    ...verdicts.map(
      ({ symbol, side, quantityBase, outcome, message }) =>
        `  ${symbol} ${side} ${quantityBase} ${outcome}: ${message}`,
    ),
    ...failed.map((detail) => `  failed: ${detail}`),
  ].join('\n');
}
