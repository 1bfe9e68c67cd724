/** Runs in words: what a reader calls them, instead of their ids. */
import type { RunSummary } from '#domain/run.ts';
import { formatMarketTime, formatTime, formatWallTime, withPageTimes } from '../format/time.ts';
import { baseName, sentence } from '../format/words.ts';
import { isUnderWay, verdictWords } from './outcome.ts';

const SYMBOLS_SHOWN = 3;

/** `Cycle of BTC, ETH` */
export function runSubject(run: RunSummary): string {
  const { kind, symbols } = run;
  if (symbols.length === 0) return sentence(kind);
  const shown = symbols.slice(0, SYMBOLS_SHOWN).map(baseName).join(', ');
  const rest = symbols.length - SYMBOLS_SHOWN;
  return `${sentence(kind)} of ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** `Cycle of BTC, ETH: traded, market 2025-04-07 12:00 UTC` */
export function runTitle(run: RunSummary): string {
  return `${runSubject(run)}: ${isUnderWay(run) ? 'under way' : verdictWords(run)}, ${runInstant(run)}`;
}

/** On the market's time once it is known. */
export function runInstant(run: RunSummary): string {
  return run.marketAsOfMs === null
    ? `started ${formatWallTime(run.startedAtMs)}`
    : formatMarketTime(run.marketAsOfMs);
}

/** Why it came to that, with symbols as the page writes them. */
export function runReason(run: RunSummary): string {
  if (run.reason !== null) return sentence(withPageTimes(shortSymbols(run.reason)));
  if (run.waitsUntilMs !== null)
    return `Waits for a person’s approval until ${formatTime(run.waitsUntilMs)} UTC`;
  return isUnderWay(run) ? 'Under way' : 'No reason was recorded';
}

/** `entry BNB/USDT:USDT` → `entry BNB` */
function shortSymbols(text: string): string {
  return text.replaceAll(/\b([A-Z0-9]+)\/[A-Z0-9]+:[A-Z0-9]+\b/g, '$1');
}

/** Rows show the market's time, which on a replay is another one than these filters go by. */
export function timesNote({ from, to }: { readonly from?: string; readonly to?: string }): string {
  return from === undefined && to === undefined ? '' : 'The times set are wall times, not the market’s. ';
}
