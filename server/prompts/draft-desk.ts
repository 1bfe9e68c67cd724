/** What an editor asks about a text before anybody saves it. Nothing here is stored, and no model is asked. */
import type { AskedRun, AskedRuns } from '#db/repositories/asked-runs.ts';
import { promptNotFound } from '#db/repositories/prompt-changes.ts';
import type { PromptDetail, PromptRepository } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import type { EpochMs } from '#domain/time.ts';
import { readDraft } from '#prompts/load-prompts.ts';
import { PROMPT_NAMES, PROMPT_VARIABLES, type PromptName } from '#prompts/prompt-variables.ts';
import { checkDraft } from './check-draft.ts';
import { type CheckedText, checkText } from './check-text.ts';
import type { createDryRuns } from './dry-run.ts';
import { agentsTold } from './heard-questions.ts';
import { type Preview, previewPrompt } from './preview.ts';
import type { RecordedQuestions } from './recorded-questions.ts';

export interface DraftDeskOptions {
  readonly prompts: Pick<PromptRepository, 'get'>;
  readonly questions: RecordedQuestions;
  readonly askedRuns: Pick<AskedRuns, 'questions'>;
  readonly isOwnDesk: (deskId: string) => boolean;
  readonly toldWith: ReturnType<typeof createDryRuns>['toldWith'];
  readonly nextCycleAtMs: () => Promise<EpochMs | null>;
  readonly secrets: readonly string[];
  readonly ids: IdSource;
}

export interface PreviewRequest {
  readonly name: string;
  readonly text: string;
  readonly config?: unknown;
  /** Null: the sample question. */
  readonly runId: string | null;
  readonly symbol?: string | undefined;
}

export interface PromptVariables {
  readonly system: readonly string[];
  readonly evidence: readonly string[];
}

export type DraftDesk = ReturnType<typeof createDraftDesk>;

export function createDraftDesk(options: DraftDeskOptions) {
  const { prompts, questions, askedRuns, isOwnDesk, toldWith, secrets, ids } = options;

  async function detailOf(name: string): Promise<PromptDetail & { readonly name: PromptName }> {
    const known = PROMPT_NAMES.find((one) => one === name);
    const detail = known === undefined ? null : await prompts.get(name);
    if (known === undefined || detail === null) throw promptNotFound(name);
    return { ...detail, name: known };
  }

  return {
    /** When a version that is given `production` now would decide; null where nobody knows. @throws AppError `not_found` */
    async takesEffectAtMs(name: string): Promise<EpochMs | null> {
      await detailOf(name);
      return options.nextCycleAtMs();
    },

    variables: (name: string): PromptVariables =>
      PROMPT_VARIABLES[PROMPT_NAMES.find((one) => one === name) ?? 'rules'],

    /** @throws AppError `not_found` */
    async check(given: { name: string; text: string; config?: unknown }): Promise<CheckedText> {
      const { name, versions } = await detailOf(given.name);
      return checkText({ name, text: given.text, settings: given.config ?? versions[0]?.config }, secrets);
    },

    /** A file as `prompts pull` writes it, or a bare text. @throws AppError `not_found`, `prompt_invalid` */
    async read(name: string, file: string): Promise<{ text: string; config: unknown }> {
      const detail = await detailOf(name);
      const { text, settings } = readDraft(file, detail.name);
      return { text, config: settings ?? detail.versions[0]?.config };
    },

    /** Past questions that a draft of this prompt can be looked at with, the newest run first. */
    async questions(name: string, limit: number): Promise<AskedRun[]> {
      const detail = await detailOf(name);
      const asked = await askedRuns.questions(name, agentsTold(detail.name), limit);
      return asked.filter(({ deskId }) => isOwnDesk(deskId));
    },

    /**
     * What the model would be sent, for each agent that reads this prompt and was asked.
     * @throws AppError `prompt_invalid`, `not_found`, `conflict` for a run in which nobody was asked
     */
    async preview({ runId, symbol, ...given }: PreviewRequest): Promise<Preview[]> {
      const detail = await detailOf(given.name);
      const settings = given.config ?? detail.versions[0]?.config;
      const draft = checkDraft({ ...given, settings }, secrets);
      const isShared = draft.name === 'rules';
      const previews = await Promise.all(
        agentsTold(draft.name).map(async (agent) => {
          const asked =
            runId === null ? questions.sample(agent) : questions.ofRun(agent, runId, symbol ?? null);
          const recorded = await asked.catch((thrown: unknown) => {
            if (isShared && thrown instanceof AppError && thrown.code === 'conflict') return null;
            throw thrown;
          });
          return recorded && previewPrompt(recorded, await toldWith(draft, agent), ids);
        }),
      );
      const shown = previews.filter((preview) => preview !== null);
      if (shown.length > 0) return shown;
      throw new AppError('conflict', `run ${runId} has no question for "${draft.name}": choose another run`);
    },
  };
}
