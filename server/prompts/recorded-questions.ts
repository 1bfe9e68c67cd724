/** Questions as agents were asked them: in a run on record, or in the sample of a market where there is none yet. */
import type { AskedRuns } from '#db/repositories/asked-runs.ts';
import { AppError } from '#domain/errors.ts';
import type { Opinion } from '#domain/opinion.ts';
import type { CycleRecord } from '#domain/run.ts';
import { parseSymbol } from '#domain/symbol.ts';
import type { RehearsalDeps } from '#graphs/rehearse.ts';
import { stateBefore } from '#graphs/state-before.ts';
import type { AgentName, HeardQuestion } from './heard-questions.ts';
import { questionsFrom } from './rehearsed-questions.ts';
import { sampleQuestion } from './sample-question.ts';

export interface RecordedQuestion {
  readonly question: HeardQuestion;
  /** Null: a made-up market's. */
  readonly runId: string | null;
  /** What the run had decided then. */
  readonly decided: Opinion | null;
}

export interface RecordedQuestions {
  /** Of the newest run in which this agent was asked, or of the sample. */
  newest(agent: AgentName): Promise<RecordedQuestion>;
  /** Of a market that is made up. */
  sample(agent: AgentName): Promise<RecordedQuestion>;
  /** Of this run; the symbol as a person types it. @throws AppError `symbol_invalid`, `not_found`, `conflict` when this agent was not asked in it */
  ofRun(agent: AgentName, runId: string, symbol: string | null): Promise<RecordedQuestion>;
}

export interface RecordedQuestionsOptions {
  readonly rows: {
    readonly runs: { record(runId: string): Promise<CycleRecord | null> };
    readonly askedRuns: Pick<AskedRuns, 'newest'>;
  };
  /** Null where no market is open: then there are samples alone. */
  readonly rehearsal: RehearsalDeps | null;
  /** Whether this process can find the candles of a desk's run again. */
  readonly isOwnDesk: (deskId: string) => boolean;
}

export function recordedQuestions(options: RecordedQuestionsOptions): RecordedQuestions {
  const { rows, rehearsal, isOwnDesk } = options;

  async function ofRecord(
    agent: AgentName,
    record: CycleRecord,
    symbol: string | null,
  ): Promise<RecordedQuestion> {
    const { runId, deskId } = record;
    if (rehearsal === null || !isOwnDesk(deskId))
      throw new AppError(
        'conflict',
        `run ${runId} is of desk ${deskId}, whose market is not open here: its candles cannot be found again`,
      );
    const heard = await questionsFrom(agent, stateBefore(record, agent), rehearsal);
    const asked = heard.filter(
      (question) => question.agent === agent && (symbol === null || question.symbol === symbol),
    );
    const question = asked.find(({ wasWorthAsking }) => wasWorthAsking) ?? asked[0];
    if (question === undefined) throw notAsked(agent, runId, symbol);
    const decided = record.opinions.find(
      (opinion) => opinion.agent === agent && opinion.symbol === question.symbol,
    );
    return { question, runId, decided: decided ?? null };
  }

  return {
    async newest(agent) {
      const runIds = rehearsal === null ? [] : await rows.askedRuns.newest(agent);
      for (const runId of runIds) {
        const record = await rows.runs.record(runId);
        if (record === null || !isOwnDesk(record.deskId)) continue;
        try {
          return await ofRecord(agent, record, null);
        } catch (thrown) {
          // One that cannot be decided again is no reason to refuse a text: an older one may, and the sample always.
          if (!(thrown instanceof AppError)) throw thrown;
        }
      }
      return sample(agent);
    },
    sample,
    async ofRun(agent, runId, symbol) {
      const record = await rows.runs.record(runId);
      if (record === null)
        throw new AppError('not_found', `there is no run ${runId} that has ended`, { context: { runId } });
      return ofRecord(agent, record, symbol === null ? null : parseSymbol(symbol));
    },
  };
}

async function sample(agent: AgentName): Promise<RecordedQuestion> {
  return { question: await sampleQuestion(agent), runId: null, decided: null };
}

function notAsked(agent: AgentName, runId: string, symbol: string | null): AppError {
  const about = symbol === null ? '' : ` about ${symbol}`;
  return new AppError('conflict', `the ${agent} was not asked${about} in run ${runId}: choose another run`, {
    context: { runId, agent },
  });
}
