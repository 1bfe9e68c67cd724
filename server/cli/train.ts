import type { Database } from '#db/client.ts';
import { createCandleRepository } from '#db/repositories/candles.ts';
import { createQTableRepository, type QTableOrigin } from '#db/repositories/q-tables.ts';
import { AppError } from '#domain/errors.ts';
import type { QTableFacts } from '#domain/q-table.ts';
import type { Config } from '../config.ts';
import { withTables } from '../open-tables.ts';
import { toStore } from '../qtables/table-file.ts';
import { type CandleSource, openCandleFiles, openCandleTable } from '../training/candle-source.ts';
import { runTraining, type TrainingRun } from '../training/run-training.ts';
import { candleRequest, readTrainingData, type TrainingRequest } from '../training/training-data.ts';
import { wallClock } from '../wall-clock.ts';
import { createProgressBar } from './progress-bar.ts';
import { scoreText } from './qtable-text.ts';
import { cliConfig, cliLogger, printJson } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { type TrainOptions, trainRequest } from './train-request.ts';

/** What `--json` prints: of a training that a signal ended, where it stands alone. */
export interface TrainSummary {
  readonly version: number | null;
  readonly tableId: string | null;
  readonly hash: string | null;
  /** False where this very table was stored before. */
  readonly isNew: boolean;
  readonly episodes: number;
  readonly resumedAfter: number;
  readonly complete: boolean;
  readonly facts: QTableFacts | null;
}

/** Learns a Q-table from candles and stores it as a version; promotes nothing. */
export async function train(options: TrainOptions): Promise<void> {
  const config = cliConfig();
  const request = trainRequest(options, config, wallClock.nowMs());
  const stop = stopOnSignal('stopping after this episode…');
  try {
    const asked = { config, request, signal: stop.signal, showsProgress: !options.json };
    const summary = await withTables(config, cliLogger(config), (database) =>
      trainAndStore(database, asked, { actor: 'command line' }),
    );
    if (options.json) printJson(summary);
    else process.stdout.write(`${summaryText(summary, request)}\n`);
  } finally {
    stop.release();
  }
}

export interface TrainingAsked {
  readonly config: Config;
  readonly request: TrainingRequest;
  readonly signal: AbortSignal;
  readonly showsProgress: boolean;
}

/** Where the signal ends it, what was learned is kept on the disk and nothing is stored. */
export async function trainAndStore(
  database: Database,
  { config, request, signal, showsProgress }: TrainingAsked,
  origin: Omit<QTableOrigin, 'atMs'>,
): Promise<TrainSummary> {
  const source = await openSource(config, request, () => createCandleRepository(database));
  const run = await learn(source, request, config, { signal, showsProgress });
  if (run.table === null) return summaryOf(run, null);
  const stored = toStore(run.table, 'trained');
  const saved = await createQTableRepository(database).save(stored, { ...origin, atMs: wallClock.nowMs() });
  run.checkpoint.remove();
  return summaryOf(run, { ...saved, hash: stored.hash });
}

function openSource(
  { market }: Config,
  request: TrainingRequest,
  candles: () => ReturnType<typeof createCandleRepository>,
): Promise<CandleSource> {
  if (market.dataPath !== null) return openCandleFiles(market.dataPath, candleRequest(request));
  return openCandleTable(candles(), candleRequest(request));
}

async function learn(
  source: CandleSource,
  request: TrainingRequest,
  { homeDir }: Config,
  { signal, showsProgress }: { readonly signal: AbortSignal; readonly showsProgress: boolean },
): Promise<TrainingRun> {
  const data = await readTrainingData(source, request);
  for (const note of data.notes) console.error(note);
  const elapsedMs = () => performance.now();
  const bar = createProgressBar(showsProgress ? process.stderr : { write() {} }, elapsedMs);
  try {
    return await runTraining(data, request, {
      ...{ homeDir, signal, elapsedMs, onNote: (note) => console.error(note) },
      onEpisode: (episode, of) =>
        bar.show({ doneFraction: episode / of, detail: `episode ${episode} of ${of}` }),
    });
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new AppError('candle_data_missing', `${source.name}: ${thrown.message}`, { cause: thrown });
  } finally {
    bar.end();
  }
}

function summaryOf(
  { table, episodes, resumedAfter }: TrainingRun,
  saved: { readonly version: number; readonly tableId: string; readonly isNew: boolean; hash: string } | null,
): TrainSummary {
  return {
    version: saved?.version ?? null,
    tableId: saved?.tableId ?? null,
    hash: saved?.hash ?? null,
    isNew: saved?.isNew ?? false,
    ...{ episodes, resumedAfter, complete: table !== null, facts: table?.facts ?? null },
  };
}

export function summaryText(summary: TrainSummary, { parameters, seed }: TrainingRequest): string {
  const { version, hash, isNew, episodes, facts } = summary;
  if (facts === null)
    return `stopped after ${episodes} of ${parameters.episodes} episodes: the same command goes on from there`;
  return [
    `version ${version}${isNew ? '' : ', which was stored before'}, hash ${hash}`,
    `${episodes} episodes, seed ${seed}, ${facts.source}`,
    scoreText(facts),
    `nothing is promoted by itself: vigil qtables promote ${version} --reason "…" lets the desk hear it`,
  ].join('\n');
}
