/** The desk of prompts over what a process has open. */
import { createAskedRuns } from '#db/repositories/asked-runs.ts';
import type { EpochMs } from '#domain/time.ts';
import { secretsOf } from '../config.ts';
import type { Container } from '../container.ts';
import { mayRunOn } from '../engine/market-desks.ts';
import { wallClock } from '../wall-clock.ts';
import { createDraftDesk, type DraftDesk } from './draft-desk.ts';
import { createPromptDesk, type PromptDesk } from './prompt-desk.ts';
import { recordedQuestions } from './recorded-questions.ts';
import { trialModel } from './trial-model.ts';

type Opened = Pick<Container, 'budget' | 'config' | 'ids' | 'opened' | 'rehearsalDeps' | 'rows' | 'source'>;

export function openPromptDesk(
  { budget, config, ids, opened, rehearsalDeps, rows, source }: Opened,
  nextCycleAtMs: () => Promise<EpochMs | null>,
): PromptDesk & DraftDesk {
  const askedRuns = createAskedRuns(opened.database);
  const isOwnDesk = (deskId: string) => mayRunOn(source.key, deskId);
  const shared = {
    prompts: rows.prompts,
    questions: recordedQuestions({
      rows: { runs: rows.runs, askedRuns },
      rehearsal: rehearsalDeps(new AbortController().signal),
      isOwnDesk,
    }),
    secrets: secretsOf(config),
    ...{ ids, nextCycleAtMs },
  };
  const desk = createPromptDesk({
    ...shared,
    modelOf: (name) => trialModel({ config: config.llm, calls: rows.calls, budget, wallClock, ids }, name),
  });
  return { ...desk, ...createDraftDesk({ ...shared, askedRuns, isOwnDesk, toldWith: desk.toldWith }) };
}
