/** The API's answers about prompts. */
import type { AbstentionReason, DecidedBy, Opinion, Quote } from '#domain/opinion.ts';

export interface LabelPlace {
  readonly label: string;
  readonly version: number;
  readonly movedBy: string | null;
  readonly movedAtMs: number | null;
}

export interface PromptSummary {
  readonly name: string;
  readonly latestVersion: number;
  readonly labels: Readonly<Record<string, number>>;
  readonly moves: readonly LabelPlace[];
  readonly newest: Pick<PromptVersion, 'author' | 'message' | 'createdAtMs'>;
}

export interface PromptSettings {
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
}

export interface PromptVersion {
  readonly version: number;
  readonly text: string;
  readonly config: PromptSettings;
  readonly author: string;
  readonly message: string;
  readonly sha256: string;
  readonly createdAtMs: number;
}

/** Which variables a text must use, and in which half. */
export interface PromptVariables {
  readonly system: readonly string[];
  readonly evidence: readonly string[];
}

export interface PromptDetail extends PromptSummary {
  readonly variables: PromptVariables;
  /** Newest first. */
  readonly versions: readonly PromptVersion[];
}

/** What is written and not saved. A setting may be of any kind until it is checked. */
export interface Draft {
  readonly text: string;
  readonly config: Readonly<Record<keyof PromptSettings, number | string | null>>;
}

export interface TextProblem {
  /** `text`, or a setting such as `config.temperature`. */
  readonly location: string;
  readonly message: string;
  readonly variable: string | null;
  readonly at: { readonly from: number; readonly to: number; readonly line: number } | null;
}

export interface CheckedText {
  readonly tokens: { readonly system: number; readonly evidence: number };
  readonly problems: readonly TextProblem[];
}

export interface AskedRun {
  readonly runId: string;
  readonly startedAtMs: number;
  readonly marketAsOfMs: number | null;
  readonly version: number | null;
  readonly asked: readonly Pick<Opinion, 'agent' | 'symbol' | 'decidedBy' | 'abstention'>[];
}

/** A past question to look at a draft with; a null run is the built-in sample. */
export interface ChosenQuestion {
  readonly runId: string | null;
  readonly symbol: string | null;
}

export interface Preview {
  readonly agent: string;
  readonly symbol: string | null;
  readonly runId: string | null;
  readonly promptTokens: number;
  readonly messages: readonly {
    readonly role: string;
    readonly parts: readonly { readonly text: string; readonly variable: string | null }[];
  }[];
}

export interface Trial {
  readonly agent: Opinion['agent'];
  readonly symbol: Opinion['symbol'];
  readonly runId: string | null;
  readonly outcome: 'passed' | 'not_asked' | 'failed';
  readonly why: string | null;
  readonly promptTokens: number;
  readonly model: string | null;
  readonly reply: string | null;
  readonly doubts: readonly string[];
  readonly quotes: readonly Quote[];
  readonly abstention: AbstentionReason | null;
  readonly decidedBy: DecidedBy;
  readonly answer: Opinion['answer'];
  readonly decided: Opinion | null;
  readonly usage: {
    readonly calls: number;
    readonly inputTokens: number | null;
    readonly outputTokens: number | null;
    readonly costUsd: number | null;
  };
}

/** What became of a save or of a label's move, in the server's words. */
export interface PromptChanged {
  readonly message: string;
}

export interface SavedVersion extends PromptChanged {
  readonly version: number;
  readonly isNew: boolean;
}

export interface VersionDiff {
  readonly from: number;
  readonly to: number;
  readonly unified: string;
  readonly addedLines: number;
  readonly removedLines: number;
}
