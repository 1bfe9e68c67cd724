/** A draft on a recorded question, before it becomes a version or a label may point at it. */
import type { ChatModel } from '#agents/chat-model.ts';
import { type DryRunNote, PRODUCTION } from '#db/repositories/prompt-changes.ts';
import type { PromptRepository } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import { type PromptFile, storedPrompt } from '#prompts/prompt-file.ts';
import type { PromptName } from '#prompts/prompt-variables.ts';
import { wallClock } from '../wall-clock.ts';
import type { AbsentModel } from './captured-model.ts';
import { type AgentName, agentsTold } from './heard-questions.ts';
import { lacksProduction } from './lacks-production.ts';
import type { RecordedQuestion, RecordedQuestions } from './recorded-questions.ts';
import { assertPassed, type Trial, tryPrompt } from './trial.ts';

export interface DryRunSummary extends DryRunNote {
  readonly outcome: 'passed' | 'not_asked';
  readonly details: {
    readonly trials: readonly (Pick<
      Trial,
      'agent' | 'symbol' | 'runId' | 'outcome' | 'why' | 'promptTokens' | 'model' | 'doubts' | 'callsOf'
    > & { readonly usage: Trial['usage'] })[];
  };
}

export interface DryRunOptions {
  readonly prompts: Pick<PromptRepository, 'resolveSet'>;
  readonly questions: RecordedQuestions;
  readonly modelOf: () => Promise<ChatModel | AbsentModel>;
  readonly ids: IdSource;
}

export function createDryRuns({ prompts, questions, modelOf, ids }: DryRunOptions) {
  /** What an agent is told with the draft in its place, and the rest as production has it. */
  async function toldWith(draft: PromptFile, agent: AgentName): Promise<PromptFile[]> {
    const { prompts: pinned } = await prompts.resolveSet(PRODUCTION, wallClock.nowMs());
    const standing = (name: PromptName): PromptFile => {
      if (name === draft.name) return draft;
      const stored = pinned[name];
      if (stored === undefined) throw lacksProduction([name]);
      return storedPrompt({ name, text: stored.text, settings: stored.config }, name);
    };
    return [standing(agent), standing('rules')];
  }

  /** @throws AppError `prompt_invalid` when the model's answer does not fit */
  async function dryRun(draft: PromptFile, origin: string): Promise<DryRunSummary> {
    const model = await modelOf();
    const trials = await Promise.all(
      agentsTold(draft.name).map(async (agent) => {
        const told = await toldWith(draft, agent);
        const putTo = (recorded: RecordedQuestion) => tryPrompt(recorded, told, { model, ids });
        const trial =
          (await putTo(await questions.newest(agent))) ?? (await putTo(await questions.sample(agent)));
        if (trial === null) throw new AppError('internal', `the sample asks nothing of the ${agent}`);
        return trial;
      }),
    );
    for (const trial of trials) assertPassed(trial, origin);
    return {
      outcome: trials.every(({ outcome }) => outcome === 'passed') ? 'passed' : 'not_asked',
      details: {
        trials: trials.map(
          ({ agent, symbol, runId, outcome, why, promptTokens, model: asked, doubts, callsOf, usage }) => ({
            ...{ agent, symbol, runId, outcome, why, promptTokens, model: asked, doubts, callsOf, usage },
          }),
        ),
      },
    };
  }

  return { dryRun, toldWith };
}
