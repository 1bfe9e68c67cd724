import type { Config } from '../config.ts';
import { openSweepFlows } from '../queues/sweep-flows.ts';
import type { Sweep, SweepRequest, SweepWatch } from '../study/sweep.ts';
import { codeVersion } from '../study/sweep-chunks.ts';
import { runSweepOverMachines } from '../study/sweep-over-machines.ts';
import { redisUrlOf } from './redis-url.ts';
import { cliLogger } from './session.ts';
import type { StudyCommand } from './strategies-request.ts';

/** @throws AppError `config_invalid` without REDIS_URL, `usage_invalid` from sources, and as `runSweepOverMachines` */
export async function overMachines(
  request: SweepRequest,
  { markets: { venue, symbols, timeframes, leastDays }, mostSets }: StudyCommand,
  config: Config,
  watch: Pick<SweepWatch, 'journal' | 'signal' | 'program'> & {
    readonly isFresh: boolean;
    onProgress(done: number, of: number, by: string): void;
  },
): Promise<Sweep> {
  const code = codeVersion(watch.program);
  const flows = await openSweepFlows(redisUrlOf(config), cliLogger(config));
  let isTold = false;
  const tellAlone = () => {
    if (!isTold)
      console.error('nobody takes parts of it yet: start vigil sweep-worker on machines with these candles');
    isTold = true;
  };
  try {
    return await runSweepOverMachines(
      request,
      { markets: { venue, symbols, timeframes, leastDays }, mostSets },
      {
        ...{ ...watch, flows, code },
        onProgress(done, of, workers) {
          if (workers === 0 && done < of) tellAlone();
          watch.onProgress(done, of, ` by ${workers} workers`);
        },
      },
    );
  } finally {
    await flows.close();
  }
}
