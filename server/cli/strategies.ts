import { availableParallelism } from 'node:os';
import { AppError } from '#domain/errors.ts';
import { DEFAULT_Q_PARAMETERS } from '#domain/q-table.ts';
import { baseOf } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import { parameterGrid } from '#tools/evaluation/parameter-grid.ts';
import type { SetScore } from '#tools/evaluation/score-set.ts';
import { coveredSpans, marketName } from '#tools/evaluation/study-market.ts';
import { walkForward } from '#tools/evaluation/walk-forward.ts';
import { strategiesPage } from '../study/strategies-page.ts';
import { strategiesText } from '../study/strategies-text.ts';
import { readStudyMarkets } from '../study/study-markets.ts';
import { type StudiedMarket, studyStrategies } from '../study/study-strategies.ts';
import { STUDY_JUDGED } from '../study/study-terms.ts';
import { runSweep, type Sweep, type SweepRequest, sweepQuestion } from '../study/sweep.ts';
import type { SweptMarket } from '../study/sweep-job.ts';
import { openSweepJournal } from '../study/sweep-journal.ts';
import { createProgressBar } from './progress-bar.ts';
import { cliConfig, printJson } from './session.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { type StudyCommand, type StudyCommandOptions, studyCommand } from './strategies-request.ts';

/** Sweeps strategies over recorded candles and tells what their best parameters came to later. */
export async function strategies(options: StudyCommandOptions & { readonly program: string }): Promise<void> {
  const config = cliConfig();
  const command = studyCommand(options, config, availableParallelism());
  const stop = stopOnSignal('stopping after the sets under way…');
  const bar = createProgressBar(options.json ? { write() {} } : process.stderr, () => performance.now());
  try {
    const markets = await readMarkets(command);
    const request = sweepRequest(command, markets);
    const journal = openSweepJournal<SetScore>(config.homeDir, sweepQuestion(request), options.fresh);
    const sweep = await runSweep(request, {
      ...{ journal, signal: stop.signal, threads: command.threads, program: options.program },
      onProgress: (done, of) => bar.show({ doneFraction: done / of, detail: `${done} of ${of} sets` }),
    });
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

/** Markets too short for the parts are named and left out. */
async function readMarkets(command: StudyCommand): Promise<SweptMarket[]> {
  const { assumedFundingFraction } = DEFAULT_Q_PARAMETERS;
  const markets = (await readStudyMarkets(command.markets, assumedFundingFraction)).flatMap((market) => {
    try {
      return [{ market, plan: walkForward(coveredSpans(market)) }];
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      console.error(`${marketName(market)} is left out: ${thrown.message}`);
      return [];
    }
  });
  if (markets.length === 0)
    throw new AppError('candle_data_missing', 'no market is left to judge strategies on: name other --data');
  return markets;
}

function sweepRequest(
  { strategies: wanted, mostSets }: StudyCommand,
  markets: readonly SweptMarket[],
): SweepRequest {
  return {
    markets,
    grids: new Map(wanted.map((strategy) => [strategy.name, parameterGrid(strategy, mostSets)])),
    costs: STUDY_JUDGED.costs,
  };
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
