import { availableParallelism } from 'node:os';
import { openSweepFlows } from '../queues/sweep-flows.ts';
import { serveSweeps } from '../study/serve-sweeps.ts';
import { codeVersion } from '../study/sweep-chunks.ts';
import { usage } from './instant-option.ts';
import { wholeNumber } from './number-option.ts';
import { redisUrlOf } from './redis-url.ts';
import { cliConfig, cliLogger } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export interface SweepWorkerOptions {
  readonly data?: string;
  readonly threads?: string;
  readonly program: string;
}

/** Works on sweeps of this and other machines until it is stopped. */
export async function sweepWorker({ data, threads: asked, program }: SweepWorkerOptions): Promise<void> {
  const config = cliConfig();
  const dataPath = data ?? config.market.dataPath;
  if (dataPath === null)
    throw usage('there are no candles: name a folder of candle files with --data, or set VIGIL_DATA');
  const threads = asked === undefined ? availableParallelism() : wholeNumber('--threads', asked, 0, 64);
  const code = codeVersion(program);
  const flows = await openSweepFlows(redisUrlOf(config), cliLogger(config));
  const stop = stopOnSignal('stopping after the sets under way…');
  const tell = (words: string) => console.error(words);
  tell(`waiting for sweeps on Redis at ${flows.place}`);
  try {
    await serveSweeps({ flows, dataPath, code, threads, program, signal: stop.signal, tell });
  } finally {
    stop.release();
    await flows.close();
  }
}
