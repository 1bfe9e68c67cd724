/**
 * A crash, run through the real loop: the desk, guard, breaker, paper venue and database that `start` runs, on a folder
 * and a market of its own. The person's desk, database, keys and settings are never looked at.
 */
import { baseOf } from '#domain/symbol.ts';
import { isoTime } from '#domain/time.ts';
import { loadEnvironment } from '../config.ts';
import { rootFolder } from '../paths.ts';
import { wallClock } from '../wall-clock.ts';
import { createProgressBar, type ProgressBar } from './progress-bar.ts';
import { printJson } from './session.ts';
import { createDrillClock } from './simulate-crash-clock.ts';
import { DrillInterrupted, type DrillResult, runDrill } from './simulate-crash-desk.ts';
import { openDrillHome } from './simulate-crash-home.ts';
import { type DrillMarket, openDrillMarket } from './simulate-crash-market.ts';
import { type Drill, drillOf, lengthText, type SimulateCrashOptions } from './simulate-crash-plan.ts';
import { drillReport, heading } from './simulate-crash-report.ts';

const INTERRUPTED_EXIT_CODE = 130;
const FAILED_EXIT_CODE = 1;

export async function simulateCrash(options: SimulateCrashOptions): Promise<void> {
  const configured = options.replay ? loadEnvironment(rootFolder()).VIGIL_DATA : undefined;
  const drill = drillOf(options, configured);
  const home = openDrillHome();
  const interruption = new AbortController();
  const interrupt = () => {
    // Asked twice, it leaves at once.
    if (interruption.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    interruption.abort();
    console.error('stopping…');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  process.once('exit', home.abandon);
  try {
    const market = await openDrillMarket(drill, home.folder);
    const result = await watched(drill, market, interruption.signal);
    if (options.json) printJson(documentOf(drill, market, result));
    else process.stdout.write(`${drillReport(drill, market, result)}\n`);
    if (result.bounds.some(({ held }) => held === false)) process.exitCode = FAILED_EXIT_CODE;
  } catch (thrown) {
    if (!(thrown instanceof DrillInterrupted)) throw thrown;
    console.error('interrupted: nothing of the drill is left');
    process.exitCode = INTERRUPTED_EXIT_CODE;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    process.off('exit', home.abandon);
    home.remove();
  }
}

async function watched(drill: Drill, market: DrillMarket, signal: AbortSignal): Promise<DrillResult> {
  const { wallLengthMs } = createDrillClock(market.startAtMs, market.paces, wallClock);
  console.error(`${heading(drill, market)[0]}: about ${lengthText(wallLengthMs)}`);
  // Made with the first progress: how long the database took to start says nothing of the rest.
  let bar: ProgressBar | null = null;
  try {
    return await runDrill(drill, market, {
      signal,
      tell: (words) => console.error(`${words}…`),
      onProgress({ doneFraction, atMs }) {
        bar ??= createProgressBar(process.stderr, () => performance.now());
        bar.show({ doneFraction, detail: isoTime(atMs).slice(0, 19).replace('T', ' ') });
      },
    });
  } finally {
    (bar as ProgressBar | null)?.end();
  }
}

function documentOf(drill: Drill, { opened, story, startAtMs, speed }: DrillMarket, result: DrillResult) {
  const { timeline, ...outcome } = result;
  return {
    asset: baseOf(drill.symbol),
    symbol: drill.symbol,
    /** What was ordered; a replay falls as it fell. */
    dropFraction: drill.kind === 'replay' ? null : drill.dropFraction,
    overMs: drill.overMs,
    market: {
      source: opened.market.source,
      symbols: opened.symbols,
      fromMs: startAtMs,
      barMs: story.barMs,
      speed,
      peak: story.peak,
      trough: story.trough,
      crossing: story.crossing,
      clearedAtMs: story.clearedAtMs,
    },
    ...outcome,
    timeline,
  };
}
