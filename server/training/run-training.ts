/** Walks a training to its end, or to a signal, with a checkpoint on the way. */
import { setImmediate } from 'node:timers/promises';
import { finishTraining } from '#tools/qtable/finish-training.ts';
import type { TrainedTable } from '#tools/qtable/table-bytes.ts';
import { createTraining, type Training, type TrainingOptions, trainingKey } from '#tools/qtable/training.ts';
import { type CheckpointFile, checkpointFile } from './checkpoint-file.ts';
import type { TrainingData } from './training-data.ts';

const CHECKPOINT_EPISODES = 50;
/** Long episodes are kept more often. */
const CHECKPOINT_AFTER_MS = 30_000;

export interface TrainingRun {
  /** Null where a signal ended it: what was learned is kept. */
  readonly table: TrainedTable | null;
  /** Episodes that were not walked again. */
  readonly resumedAfter: number;
  readonly episodes: number;
  readonly checkpoint: CheckpointFile;
}

export interface TrainingWatch {
  readonly homeDir: string;
  readonly signal: AbortSignal;
  readonly elapsedMs: () => number;
  onEpisode(episode: number, of: number): void;
  onNote(note: string): void;
}

/** @throws RangeError when the data has too few bars */
export async function runTraining(
  { series, origin }: TrainingData,
  settings: Omit<TrainingOptions, 'series'>,
  { homeDir, signal, elapsedMs, onEpisode, onNote }: TrainingWatch,
): Promise<TrainingRun> {
  const options = { ...settings, series };
  const checkpoint = checkpointFile(homeDir, trainingKey(options));
  const training = beginOrResume(options, checkpoint, onNote);
  const { episodes } = settings.parameters;
  const resumedAfter = training.curve.length;
  let [keptAfter, keptAtMs] = [resumedAfter, elapsedMs()];
  const keep = () => {
    checkpoint.write(training.checkpoint());
    [keptAfter, keptAtMs] = [training.curve.length, elapsedMs()];
  };
  while (training.curve.length < episodes && !signal.aborted) {
    training.episode();
    onEpisode(training.curve.length, episodes);
    const isDue = training.curve.length - keptAfter >= CHECKPOINT_EPISODES;
    if (isDue || elapsedMs() - keptAtMs >= CHECKPOINT_AFTER_MS) keep();
    // A signal is heard here, between two episodes.
    await setImmediate();
  }
  if (training.curve.length > keptAfter) keep();
  const isOver = training.curve.length >= episodes;
  const table = isOver ? finishTraining(training, options, origin) : null;
  return { table, resumedAfter, episodes: training.curve.length, checkpoint };
}

function beginOrResume(
  options: TrainingOptions,
  checkpoint: CheckpointFile,
  onNote: (note: string) => void,
): Training {
  const kept = checkpoint.read();
  if (kept === null) return createTraining(options);
  try {
    const training = createTraining(options, kept);
    onNote(`goes on after episode ${training.curve.length}`);
    return training;
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    const training = createTraining(options);
    onNote(`begins anew: the checkpoint at ${checkpoint.path} cannot be read (${thrown.message})`);
    return training;
  }
}
