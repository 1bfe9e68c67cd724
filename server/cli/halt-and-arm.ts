/**
 * What a person may say to the desks. It needs the tables alone: no market is opened and no venue asked, since either
 * may be what is wrong. A halt reaches everything in the database unless it is narrowed; what is armed is always named.
 */
import type { Database } from '#db/client.ts';
import { hostAndPort } from '#db/database-error.ts';
import { createDeskRepository } from '#db/repositories/desks.ts';
import { createEventRepository } from '#db/repositories/events.ts';
import { haltEverything } from '#db/repositories/halt-everything.ts';
import type { Desk } from '#domain/run.ts';
import type { TradingState } from '#domain/trading-state.ts';
import type { Config } from '../config.ts';
import { marketsOf } from '../engine/market-desks.ts';
import { withTables } from '../open-tables.ts';
import { overrideWarning } from '../override-warning.ts';
import { wallClock } from '../wall-clock.ts';
import { type ChosenDesks, desksNamedBy, desksOfEnvironment, type NamedDesks } from './chosen-desks.ts';
import { BY_COMMAND, changeAt, marketTimes, statesOf } from './desk-states.ts';
import { cliConfig, cliLogger, personWords, printJson, tablesConfig } from './session.ts';

export interface HandleOptions extends NamedDesks {
  readonly json: boolean;
}

interface StateAnswer {
  readonly mode: 'halted' | 'active';
  readonly reason: string;
  readonly database: string;
  /** Whether markets that start later start halted too. */
  readonly everything: boolean;
  readonly markets: readonly { readonly market: string; readonly desks: readonly DeskAnswer[] }[];
}
interface DeskAnswer {
  readonly deskId: string;
  readonly name: string;
  /** False when the state stood already: then its reason and its time stay. */
  readonly changed: boolean;
  readonly trading: TradingState;
}

export async function halt(words: readonly string[], { json, ...named }: HandleOptions): Promise<void> {
  const reason = personWords('reason', words.join(' '));
  const config = tablesConfig();
  const answer = await withTables(config, cliLogger(config), async (database) => {
    const desks = await createDeskRepository(database).list();
    const chosen = desksNamedBy(named, desks);
    const atMsOf = await marketTimes(database);
    if (chosen === null) await haltEverything(database, { reason, setBy: BY_COMMAND, atMsOf });
    else await statesOf(database, chosen.market).halt(chosen.deskId, changeAt(atMsOf, chosen, reason));
    const markets = await answersOf(database, chosen, () => true);
    return {
      mode: 'halted' as const,
      reason,
      database: placeOf(config),
      everything: chosen === null,
      markets,
    };
  });
  if (json) printJson(answer);
  else process.stdout.write(`${textOf(answer)}\n`);
}

export async function arm(words: readonly string[], { json, ...named }: HandleOptions): Promise<void> {
  const reason = personWords('reason', words.join(' '));
  const isNamed = named.market !== undefined || named.desk !== undefined;
  const config = isNamed ? tablesConfig() : cliConfig();
  const answer = await withTables(config, cliLogger(config), async (database) => {
    const desks = await createDeskRepository(database).list();
    const chosen = desksNamedBy(named, desks) ?? desksOfEnvironment(config, desks);
    const change = changeAt(await marketTimes(database), chosen, reason);
    const { changed, overridden } = await statesOf(database, chosen.market).arm(chosen.deskId, change);
    const markets = await answersOf(database, chosen, (deskId) => changed.includes(deskId));
    const warning = overrideWarning(overridden);
    return {
      mode: 'active' as const,
      reason,
      database: placeOf(config),
      everything: false,
      markets,
      warning,
    };
  });
  if (answer.warning !== null) process.stderr.write(`warning: ${answer.warning}\n`);
  if (json) printJson(answer);
  else process.stdout.write(`${textOf(answer)}\n`);
}

/** As they stand now, the live pages told to look too. */
async function answersOf(
  database: Database,
  chosen: ChosenDesks | null,
  isChanged: (deskId: string) => boolean,
): Promise<StateAnswer['markets']> {
  const event = { type: 'state.changed', runId: null, deskId: null, payload: null } as const;
  await createEventRepository(database).append({ ...event, atMs: wallClock.nowMs() });
  const isMeant = ({ deskId }: Desk) => chosen === null || (chosen.deskId ?? deskId) === deskId;
  const markets = [...marketsOf(await createDeskRepository(database).list())];
  return Promise.all(
    markets
      .filter(([market]) => chosen === null || chosen.market === market)
      .map(async ([market, desks]) => {
        const states = statesOf(database, market);
        const answers = desks.filter(isMeant).map(async ({ deskId, name }) => {
          return { deskId, name, changed: isChanged(deskId), trading: await states.read(deskId) };
        });
        return { market, desks: await Promise.all(answers) };
      }),
  );
}

function placeOf({ databaseUrl, homeDir }: Config): string {
  return databaseUrl === null
    ? `the embedded database of ${homeDir}`
    : `the database at ${hostAndPort(databaseUrl)}`;
}

function textOf({ mode, reason, database, everything, markets }: StateAnswer): string {
  const isNew =
    markets.every(({ desks }) => desks.length === 0) ||
    markets.some(({ desks }) => desks.some(({ changed }) => changed));
  const lines = [
    `trading is ${isNew ? '' : 'already '}${mode}${everything ? ' everywhere' : ''} in ${database}: ${reason}`,
  ];
  for (const { market, desks } of markets) {
    lines.push(`  market ${market}${desks.length === 0 ? ', which has no standing desk' : ''}`);
    for (const { deskId, name, changed, trading } of desks)
      lines.push(`    desk ${deskId} (${name}): ${changed ? '' : 'already '}${trading.mode}`);
  }
  if (everything)
    lines.push(
      'What starts later starts halted too; stops stay. `arm REASON --market KEY` lets a market trade again.',
    );
  return lines.join('\n');
}
