import { createCandleRepository } from '#db/repositories/candles.ts';
import { createEvaluatedRuns } from '#db/repositories/evaluated-runs.ts';
import type { Container } from '../container.ts';
import { mayRunOn } from '../engine/market-desks.ts';
import { evaluateRuns } from '../evaluation/evaluate-runs.ts';
import { wallClock } from '../wall-clock.ts';
import { chooseRuns, readRunsFilter } from './evaluate-choice.ts';
import { MARKDOWN, PLAIN, reportText } from './evaluate-report.ts';
import { usage } from './instant-option.ts';
import { createProgressBar } from './progress-bar.ts';
import { cliConfig, printJson, withContainer } from './session.ts';

export interface EvaluateCommandOptions {
  readonly runs: string;
  readonly desk?: string;
  readonly seed: string;
  readonly resamples: string;
  readonly json: boolean;
  readonly markdown: boolean;
}

/** What recorded cycles came to: by the model, by the rules alone, by a random veto, and by buying and holding. */
export async function evaluate(options: EvaluateCommandOptions): Promise<void> {
  const filter = await readRunsFilter(options.runs);
  const numbers = {
    seed: wholeNumber('--seed', options.seed, { from: 0, to: 4_294_967_295 }),
    resamples: wholeNumber('--resamples', options.resamples, { from: 100, to: 100_000 }),
  };
  const bar = createProgressBar(options.json ? { write() {} } : process.stderr, () => performance.now());
  const report = await withContainer({ clock: 'fixed', config: cliConfig() }, async (container) => {
    const rows = createEvaluatedRuns(container.opened.database);
    const isHere = (deskId: string) => mayRunOn(container.source.key, deskId);
    const chosen = await chooseRuns(filter, rows, { desk: options.desk, isHere });
    return evaluateRuns(chosen, { rows, ...sourcesOf(container) }, numbers, bar.show);
  }).finally(bar.end);
  if (options.json) printJson(report);
  else process.stdout.write(`${reportText(report, options.markdown ? MARKDOWN : PLAIN)}\n`);
}

function sourcesOf({ source, config, opened }: Container) {
  const candles = createCandleRepository(opened.database);
  return {
    market: source.market,
    stored: source.live ? { venue: config.market.source, candles } : null,
    nowMs: wallClock.nowMs(),
    limits: { ...config.limits, minOpenInterestQuote: source.minOpenInterestQuote },
    llm: config.llm,
  };
}

function wholeNumber(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw usage(`${option} ${text} is no whole number from ${from} to ${to}`);
}
