/**
 * What a person may do with prompts: save, label, compare, try. Everything is checked before anything is stored, and a
 * label moves only to a version that has had its dry run.
 */
import type { ChatModel } from '#agents/chat-model.ts';
import {
  contentHash,
  type DryRunNote,
  PRODUCTION,
  type PromptChange,
  promptNotFound,
} from '#db/repositories/prompt-changes.ts';
import type { PromptDetail, PromptRepository } from '#db/repositories/prompts.ts';
import { AppError } from '#domain/errors.ts';
import type { IdSource } from '#domain/ids.ts';
import type { EpochMs } from '#domain/time.ts';
import { diffTexts } from '#prompts/diff-texts.ts';
import { type PromptFile, storedPrompt } from '#prompts/prompt-file.ts';
import { promptFileText } from '#prompts/write-prompt.ts';
import { credentialLine } from '../telemetry/redact.ts';
import { wallClock } from '../wall-clock.ts';
import type { AbsentModel } from './captured-model.ts';
import { checkDraft } from './check-draft.ts';
import { createDryRuns, type DryRunSummary } from './dry-run.ts';
import { agentsTold } from './heard-questions.ts';
import type { RecordedQuestions } from './recorded-questions.ts';
import { type Trial, tryPrompt } from './trial.ts';

export interface PromptDeskOptions {
  readonly prompts: PromptRepository;
  readonly questions: RecordedQuestions;
  /** The configured model when no other is named. */
  readonly modelOf: (name?: string) => Promise<ChatModel | AbsentModel>;
  /** When the next cycle resolves its prompts; null where nobody here knows. */
  readonly nextCycleAtMs: () => Promise<EpochMs | null>;
  readonly secrets: readonly string[];
  readonly ids: IdSource;
}

export interface Author {
  readonly author: string;
  readonly message: string;
}

export interface NewText {
  readonly name: string;
  readonly text: string;
  /** Absent: as the newest version has them. */
  readonly config?: unknown;
  readonly basedOn?: number | undefined;
  /** Names it in errors. */
  readonly origin?: string;
}

export interface SavedPrompt {
  readonly name: string;
  readonly version: number;
  readonly isNew: boolean;
  readonly label: string | null;
  /** Where the label stood; null where it did not, and where none was named. */
  readonly from: number | null;
  /** Null where nothing had to be tried. */
  readonly dryRun: DryRunSummary | null;
  /** When cycles decide by it; null where they do not, or nobody knows when. */
  readonly takesEffectAtMs: EpochMs | null;
}

export interface LabelChange {
  readonly name: string;
  readonly label: string;
  readonly from: number | null;
  readonly to: number;
  readonly changed: boolean;
  readonly dryRun: DryRunNote;
  readonly takesEffectAtMs: EpochMs | null;
}

export interface PromptDiff {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly unified: string;
  readonly addedLines: number;
  readonly removedLines: number;
}

export interface TrialRequest {
  readonly name: string;
  readonly text: string;
  readonly config?: unknown;
  readonly runId: string;
  readonly symbol?: string | undefined;
  readonly model?: string | undefined;
}

export type PromptDesk = ReturnType<typeof createPromptDesk>;

export function createPromptDesk(options: PromptDeskOptions) {
  const { prompts, questions, modelOf, secrets, ids } = options;
  const { dryRun, toldWith } = createDryRuns({ prompts, questions, modelOf, ids });

  async function detailOf(name: string): Promise<PromptDetail> {
    const detail = await prompts.get(name);
    if (detail === null) throw promptNotFound(name);
    return detail;
  }

  async function draftOf({ name, text, config, origin }: NewText, detail: PromptDetail): Promise<PromptFile> {
    const settings = config ?? detail.versions[0]?.config;
    return checkDraft({ name, text, settings }, secrets, origin);
  }

  /** Before anybody is asked: what an audit row keeps, a page shows. */
  function refuseCredentials(by: Author, label: string | null): void {
    for (const [place, words] of Object.entries({ ...by, label: label ?? '' })) {
      if (credentialLine(words, secrets) === null) continue;
      const message = `the ${place} holds what looks like a key or a password: take it out`;
      throw new AppError('prompt_invalid', message, {
        context: { errors: [{ location: `body.${place}`, message }] },
      });
    }
  }

  async function changeBy({ author, message }: Author, label: string | null): Promise<PromptChange> {
    const takesEffectAtMs = label === PRODUCTION ? await options.nextCycleAtMs() : null;
    return { author, message, atMs: wallClock.nowMs(), takesEffectAtMs };
  }

  /** The dry run on record, or one that is made now where it asked nobody and there is somebody to ask. */
  async function proofOf(detail: PromptDetail, version: number, label: string): Promise<DryRunNote | null> {
    const stored = await prompts.dryRun(detail.name, version);
    if (stored !== null && (stored.outcome !== 'not_asked' || detail.labels[label] === version)) return null;
    if (stored !== null && !('ask' in (await modelOf()))) return null;
    const row = detail.versions.find((one) => one.version === version);
    if (row === undefined) return null;
    const draft = storedPrompt({ name: detail.name, text: row.text, settings: row.config }, detail.name);
    return dryRun(draft, `${detail.name} version ${version}`);
  }

  return {
    list: prompts.list,
    get: prompts.get,
    dryRun: prompts.dryRun,
    toldWith,

    /** The next version below the one at `production`: stepping back twice never leads forward. @throws AppError `not_found` */
    async before(name: string): Promise<number> {
      const { versions, labels } = await detailOf(name);
      const current = labels[PRODUCTION] ?? 0;
      const lower = versions.map(({ version }) => version).filter((version) => version < current);
      if (lower.length > 0) return Math.max(...lower);
      throw new AppError(
        'not_found',
        `prompt "${name}" has no version below ${current}, where ${PRODUCTION} stands: choose one with \`prompts label ${name} ${PRODUCTION} VERSION\``,
      );
    },

    /**
     * Saves what differs from the newest versions, all of it or nothing.
     * @throws AppError `prompt_invalid`, `not_found`, `conflict`
     */
    async save(texts: readonly NewText[], label: string | null, by: Author): Promise<SavedPrompt[]> {
      refuseCredentials(by, label);
      const drafts = await Promise.all(
        texts.map(async (given) => {
          const detail = await detailOf(given.name);
          return { given, detail, draft: await draftOf(given, detail) };
        }),
      );
      const tried = await Promise.all(
        drafts.map(async ({ given, detail, draft }) => {
          const { name, text, settings, variables } = draft;
          const [newest] = detail.versions;
          const isNewest = newest?.sha256 === contentHash({ text, config: settings, variables });
          let proof: DryRunNote | null = null;
          if (!isNewest) proof = await dryRun(draft, given.origin ?? name);
          else if (label !== null) proof = await proofOf(detail, detail.latestVersion, label);
          return {
            proof,
            draft: {
              ...{ name, text, config: settings, variables },
              ...{ basedOn: given.basedOn ?? null, dryRun: proof },
            },
          };
        }),
      );
      const change = await changeBy(by, label);
      const saved = await prompts.save(
        tried.map(({ draft }) => draft),
        label,
        change,
      );
      return saved.map(({ version: { name, version }, isNew, moved }) => ({
        ...{ name, version, isNew, label, from: moved?.from ?? null },
        dryRun: (tried.find(({ draft }) => draft.name === name)?.proof ?? null) as DryRunSummary | null,
        takesEffectAtMs: moved !== null && moved.from !== moved.to ? change.takesEffectAtMs : null,
      }));
    },

    /** @throws AppError `not_found`, `conflict`, `prompt_invalid` when the dry run fails */
    async moveLabel(
      { name, label, version }: { readonly name: string; readonly label: string; readonly version: number },
      by: Author,
    ): Promise<LabelChange> {
      refuseCredentials(by, label);
      const detail = await detailOf(name);
      versionNamed(detail, String(version));
      const proof = await proofOf(detail, version, label);
      const change = await changeBy(by, label);
      const move = { name, label, version, ...(proof !== null && { dryRun: proof }) };
      const { from, to } = await prompts.moveLabel(move, change);
      const stored = await prompts.dryRun(name, to);
      if (stored === null) throw new AppError('internal', `version ${to} of "${name}" lost its dry run`);
      const changed = from !== to;
      const takesEffectAtMs = changed ? change.takesEffectAtMs : null;
      return { name, label, from, to, changed, dryRun: stored, takesEffectAtMs };
    },

    async removeLabel(at: { readonly name: string; readonly label: string }, by: Author) {
      const { from } = await prompts.removeLabel(at, await changeBy(by, null));
      return { ...at, from };
    },

    /** Of two versions, each named by its number or by a label. @throws AppError `not_found` */
    async diff(name: string, from: string, to: string): Promise<PromptDiff> {
      const detail = await detailOf(name);
      const [before, after] = [versionNamed(detail, from), versionNamed(detail, to)];
      const side = (row: PromptDetail['versions'][number]) => ({
        title: `${name} version ${row.version}`,
        text: promptFileText(storedPrompt({ name, text: row.text, settings: row.config }, name)).trimEnd(),
      });
      return { name, from: before.version, to: after.version, ...diffTexts(side(before), side(after)) };
    },

    /**
     * Puts the question of a past run to a draft. Nothing is stored but the calls it makes.
     * @throws AppError `prompt_invalid`, `not_found`, `conflict` when its agent was not asked in that run
     */
    async try({ runId, symbol, model: modelName, ...given }: TrialRequest): Promise<Trial[]> {
      const draft = await draftOf(given, await detailOf(given.name));
      const model = await modelOf(modelName);
      const isShared = draft.name === 'rules';
      const trials = await Promise.all(
        agentsTold(draft.name).map(async (agent) => {
          const recorded = await questions.ofRun(agent, runId, symbol ?? null).catch((thrown: unknown) => {
            // The shared rules are tried with whoever was asked in that run.
            if (isShared && thrown instanceof AppError && thrown.code === 'conflict') return null;
            throw thrown;
          });
          return recorded && tryPrompt(recorded, await toldWith(draft, agent), { model, ids });
        }),
      );
      const found = trials.filter((trial) => trial !== null);
      if (found.length === 0)
        throw new AppError(
          'conflict',
          `run ${runId} has no question for "${draft.name}": choose another run`,
        );
      return found;
    },
  };
}

/** @throws AppError `not_found`, telling what there is */
export function versionNamed(detail: PromptDetail, ref: string): PromptDetail['versions'][number] {
  const number = /^[1-9]\d*$/.test(ref) ? Number(ref) : detail.labels[ref];
  const found = detail.versions.find(({ version }) => version === number);
  if (found !== undefined) return found;
  const labels = Object.keys(detail.labels).join(', ') || 'none';
  throw new AppError(
    'not_found',
    `prompt "${detail.name}" has no version or label "${ref}": versions are 1 to ${detail.latestVersion}, labels ${labels}`,
    { context: { name: detail.name, ref } },
  );
}
