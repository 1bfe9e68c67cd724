/** `retrain`: what is recorded of a desk says whether a new Q-table is due, and for which symbols and until when. */
import type { Database } from '#db/client.ts';
import { createRetrainFacts } from '#db/repositories/retrain-facts.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import type { RetrainFacts, RetrainReason } from '#domain/retraining.ts';
import { DAY_MS, isoTime } from '#domain/time.ts';
import { retrainReasons } from '#tools/qtable/retrain-reasons.ts';
import type { Config } from '../config.ts';
import { withTables } from '../open-tables.ts';
import type { TrainingRequest } from '../training/training-data.ts';
import { usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { summaryText, type TrainSummary, trainAndStore } from './train.ts';
import { MOST_EPISODES } from './train-request.ts';

export interface RetrainOptions {
  readonly why: boolean;
  readonly desk?: string;
  readonly episodes: string;
  readonly json: boolean;
}

/** What `--json` prints. */
export interface RetrainSummary {
  readonly deskId: string;
  readonly facts: RetrainFacts;
  readonly reasons: readonly RetrainReason[];
  /** Null where nothing was trained. */
  readonly trained: TrainSummary | null;
}

/** So much before the newest signal is learned from, as far as candles reach. */
const HISTORY_MS = 365 * DAY_MS;

export async function retrain(options: RetrainOptions): Promise<void> {
  const config = cliConfig();
  const episodes = wholeNumber('--episodes', options.episodes, 1, MOST_EPISODES);
  const stop = stopOnSignal('stopping after this episode…');
  try {
    await withTables(config, cliLogger(config), async (database) => {
      const { deskId, facts } = await recordsOf(database, options.desk);
      const reasons = retrainReasons(facts);
      const told = { deskId, facts, reasons };
      if (!options.json) tellReasons(told);
      const request = requestOf(facts, config, episodes);
      const asked = { config, request, signal: stop.signal, showsProgress: !options.json };
      const because = reasons.map(({ message }) => message);
      const trained =
        options.why || reasons.length === 0
          ? null
          : await trainAndStore(database, asked, { actor: 'retraining', because });
      if (options.json) printJson({ ...told, trained } satisfies RetrainSummary);
      else if (trained !== null) process.stdout.write(`${summaryText(trained, request)}\n`);
    });
  } finally {
    stop.release();
  }
}

/** The desk that was named, or the only one that has recorded a signal. @throws AppError `usage_invalid` */
async function recordsOf(database: Database, named: string | undefined) {
  const withSignals = await database.sql<{ deskId: string }[]>`
    select distinct desk_id as "deskId" from signals order by desk_id`;
  const desks = withSignals.map(({ deskId }) => deskId);
  const there = desks.length === 0 ? 'none has one yet: let it run first' : `name one of ${desks.join(', ')}`;
  const deskId = named ?? (desks.length === 1 ? desks[0] : undefined);
  if (deskId === undefined) throw usage(`which desk's signals are to be looked at? ${there} with --desk`);
  const facts = await createRetrainFacts(database).of(deskId);
  if (facts === null) throw usage(`--desk "${deskId}" has recorded no signal; ${there}`);
  return { deskId, facts };
}

/** Nothing later than the newest signal is learned from: in a replay the files know what comes. */
function requestOf({ symbols, nowMs }: RetrainFacts, { market }: Config, episodes: number): TrainingRequest {
  return {
    ...{ symbols, timeframe: '15m', seed: market.seed },
    span: { fromMs: Math.max(0, nowMs - HISTORY_MS), toMs: nowMs },
    venue: market.dataPath === null ? null : market.dataVenue,
    parameters: { ...DEFAULT_Q_PARAMETERS, episodes },
  };
}

function tellReasons({ deskId, facts, reasons }: Omit<RetrainSummary, 'trained'>): void {
  const { nowMs, symbols } = facts;
  const lines =
    reasons.length === 0
      ? ['nothing asks for a new Q-table']
      : reasons.map(({ trigger, message }) => `${trigger}: ${message}`);
  process.stdout.write(
    `${[`desk ${deskId}, ${symbols.length} symbols, recorded until ${isoTime(nowMs)}`, ...lines].join('\n')}\n`,
  );
}
