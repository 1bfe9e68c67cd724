import { availableParallelism } from 'node:os';
import { baseOf } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import type { SetScore } from '#tools/evaluation/score-set.ts';
import { strategiesPage } from '../study/strategies-page.ts';
import { strategiesText } from '../study/strategies-text.ts';
import { type StudiedMarket, studyStrategies } from '../study/study-strategies.ts';
import { STUDY_JUDGED } from '../study/study-terms.ts';
import { runSweep, type Sweep, sweepQuestion } from '../study/sweep.ts';
import { openSweepJournal } from '../study/sweep-journal.ts';
import { readSweptMarkets, sweepRequest } from '../study/swept-markets.ts';
import { createProgressBar } from './progress-bar.ts';
import { redisUrlOf } from './redis-url.ts';
import { cliConfig, printJson } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { type StudyCommand, type StudyCommandOptions, studyCommand } from './strategies-request.ts';

/** Sweeps strategies over recorded candles and tells what their best parameters came to later. */
export async function strategies(options: StudyCommandOptions & { readonly program: string }): Promise<void> {
  const config = cliConfig();
  if (options.overMachines) redisUrlOf(config);
  const command = studyCommand(options, config, availableParallelism());
  const stop = stopOnSignal('stopping after the sets under way…');
  const bar = createProgressBar(options.json ? { write() {} } : process.stderr, () => performance.now());
  try {
    const markets = await readSweptMarkets(command.markets, (words) => console.error(words));
    const request = sweepRequest(markets, command.strategies, command.mostSets);
    const journal = openSweepJournal<SetScore>(config.homeDir, sweepQuestion(request), options.fresh);
    const show = (done: number, of: number, by = '') =>
      bar.show({ doneFraction: done / of, detail: `${done} of ${of} sets${by}` });
    const watch = { journal, signal: stop.signal, program: options.program, isFresh: options.fresh };
    const sweep = options.overMachines
      ? await (await import('./strategies-over-machines.ts')).overMachines(request, command, config, {
          ...watch,
          onProgress: show,
        })
      : await runSweep(request, { ...watch, threads: command.threads, onProgress: show });
    const { seed, episodes } = command;
    const studied = sweep.complete
      ? await studyStrategies(
          markets,
          sweep,
          { ...STUDY_JUDGED, seed, episodes, strategies: command.strategies },
          {
            signal: stop.signal,
            onProgress: (done, of, what) => bar.show({ doneFraction: done / of, detail: what }),
          },
        )
      : null;
    bar.end();
    if (studied === null) return stopped(sweep, journal.close);
    tell(studied, sweep, command, options);
    journal.forget();
  } finally {
    bar.end();
    stop.release();
  }
}

function stopped(sweep: Sweep, close: () => void): void {
  close();
  console.error(
    `stopped; the sets of ${sweep.sets} that are finished are kept: the same command goes on from there`,
  );
}

function tell(
  studied: readonly StudiedMarket[],
  sweep: Sweep,
  command: StudyCommand,
  { json, markdown }: StudyCommandOptions,
): void {
  const about = { ...command, ...STUDY_JUDGED, sets: sweep.sets, asked: askedWords(command) };
  if (json) printJson(summaryOf(studied, sweep));
  else process.stdout.write(`${markdown ? strategiesPage(studied, about) : strategiesText(studied)}\n`);
}

/** So that whoever has the candles can write the page again. */
function askedWords({
  markets: { venue, symbols, timeframes, leastDays },
  mostSets,
  episodes,
  strategies,
  seed,
}: StudyCommand): string {
  const of = symbols === null ? '' : `--symbols ${symbols.map(baseOf).join(',')} `;
  const [one, ...others] = strategies;
  const only = one === undefined || others.length > 0 ? '' : ` --strategy ${one.name}`;
  const at = venue === null ? '' : `--venue ${venue} `;
  return `${at}${of}--timeframes ${timeframes.join(',')} --least-days ${leastDays} --sets ${mostSets} --episodes ${episodes}${only} --seed ${seed}`;
}

/** What `--json` prints. */
function summaryOf(studied: readonly StudiedMarket[], { sets, resumed }: Sweep) {
  return {
    ...{ sets, resumed },
    markets: studied.map(({ market, plan, trials, strategies: judged, hold }) => ({
      ...{ venue: market.venue, symbol: market.symbol, timeframe: market.timeframe, trials, hold },
      finalRule: plan.finalRule,
      final: { from: isoTime(plan.final.test.fromMs), to: isoTime(plan.final.test.toMs) },
      strategies: judged.map(({ map, ...judgement }) => ({ ...judgement, sets: map.length })),
    })),
  };
}
