/** How the `prompts` commands reach the store: the tables alone, or with a market and a model where a draft is tried. */
import { createPromptRepository } from '#db/repositories/prompts.ts';
import { createRunRepository } from '#db/repositories/runs.ts';
import { secretsOf } from '../config.ts';
import { createIdSource } from '../ids.ts';
import { withTables } from '../open-tables.ts';
import { openPromptDesk } from '../prompts/open-prompt-desk.ts';
import { createPromptDesk, type PromptDesk } from '../prompts/prompt-desk.ts';
import { recordedQuestions } from '../prompts/recorded-questions.ts';
import { wallClock } from '../wall-clock.ts';
import { cliLogger, tablesConfig, withContainer } from './session.ts';

/** A scheduler of the queue knows, and a command opens no queue. */
const NOBODY_KNOWS = async () => null;

/** Asks no model and opens no market: for what is stored, and for going back whatever else is wrong. */
export function withStoredPrompts<Result>(work: (desk: PromptDesk) => Promise<Result>): Promise<Result> {
  const config = tablesConfig();
  return withTables(config, cliLogger(config), (database) => {
    const askedRuns = { newest: async () => [] };
    const rows = { runs: createRunRepository(database), askedRuns };
    return work(
      createPromptDesk({
        prompts: createPromptRepository(database),
        questions: recordedQuestions({ rows, rehearsal: null, isOwnDesk: () => false }),
        modelOf: async () => ({ absentBecause: 'nobody was to be asked' }),
        nextCycleAtMs: NOBODY_KNOWS,
        secrets: secretsOf(config),
        ids: createIdSource(wallClock),
      }),
    );
  });
}

/** With the market of the environment, on which runs are decided again, and its model. */
export function withPromptDesk<Result>(work: (desk: PromptDesk) => Promise<Result>): Promise<Result> {
  return withContainer({ clock: 'followed' }, (container) => work(openPromptDesk(container, NOBODY_KNOWS)));
}
