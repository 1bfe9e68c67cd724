/** The Scanner ranks what the detectors found. It may leave symbols out and can add none. */
import type { Position } from '#domain/account.ts';
import { ScannerReport } from '#domain/opinion.ts';
import type { Signal, Spike } from '#domain/signal.ts';
import type { AskContext, ScannerQuestion } from './agent-desk.ts';
import { defineAgent } from './define-agent.ts';
import { feedbackText } from './feedback-table.ts';
import { ungroundedSymbols } from './grounding.ts';
import { backdropTable, positionTable, signalTable } from './market-tables.ts';
import { sequencesOf } from './sequence-tables.ts';

/** Robust sigmas over which a larger spike says nothing more. */
const SIGMAS_CAP = 12;
const SIGMAS_FOR_ONE_POINT = 4;
const MOST_RANKED = 50;

export const scanner = defineAgent<ScannerQuestion, ScannerReport, ScannerReport>({
  name: 'scanner',
  promptName: 'scanner',
  answerSchema: ScannerReport,
  evidenceOf,
  decideByRules,
  bound,
  ungrounded: (report, question) =>
    ungroundedSymbols(
      [...report.ranked.flatMap(({ symbol, reason }) => [symbol, reason]), report.summary],
      knownSymbols(question),
    ),
  isWorthAsking: ({ shortlist }) => shortlist.length > 0,
});

const SHOWN = [
  { key: 'close', timeframe: 'fast' },
  { key: 'volumeSurge', timeframe: 'fast' },
  { key: 'rsi14', timeframe: '1h' },
] as const;

async function evidenceOf(question: ScannerQuestion, { atMs, background }: AskContext) {
  const { shortlist, positions, maxSubjects } = question;
  const fresh = offered(question);
  const symbols = knownSymbols(question);
  return {
    shortlist: signalTable(shortlist, atMs),
    sequences: sequencesOf(symbols, background, SHOWN),
    backdrop: backdropTable(background.btc, background, atMs),
    positions: positionTable(positions, atMs),
    feedback: feedbackText(await background.feedback(), symbols, atMs),
    menu: `new: ${fresh.join(', ') || '(none)'}\nheld: ${positions.map(({ symbol }) => symbol).join(', ') || '(none)'}`,
    maxSubjects: String(Math.min(maxSubjects, fresh.length)),
  };
}

/** What may be ranked beside what is held. */
function offered({ shortlist, positions }: ScannerQuestion): string[] {
  const held = new Set(positions.map(({ symbol }) => symbol));
  return shortlist.map(({ symbol }) => symbol).filter((symbol) => !held.has(symbol));
}

function decideByRules(question: ScannerQuestion): ScannerReport {
  const byUrgency = question.shortlist.toSorted(
    (left, right) => urgency(right) - urgency(left) || left.symbol.localeCompare(right.symbol, 'en'),
  );
  const ranked = byUrgency.map((signal) => ({ symbol: signal.symbol, reason: whyLook(signal) }));
  const first = ranked[0];
  const summary =
    first === undefined
      ? 'Nothing on the shortlist.'
      : `${ranked.length} on the shortlist, ${first.symbol} first: ${first.reason}.`;
  return bound({ ranked, summary }, question);
}

/** Points first, then what moves right now, then how sure the signal is. In points. */
function urgency(signal: Signal): number {
  const sigmas = Math.min(SIGMAS_CAP, Math.max(0, ...signal.spikes.map(sigmasOf)));
  return Math.abs(signal.score) + sigmas / SIGMAS_FOR_ONE_POINT + signal.confidenceFraction;
}

function whyLook({ action, score, confidenceFraction, spikes }: Signal): string {
  const strongest = spikes.toSorted((left, right) => sigmasOf(right) - sigmasOf(left))[0];
  const spike = strongest
    ? `, ${strongest.timeframe} ${strongest.kind} spike ${strongest.direction} at ${sigmasOf(strongest).toFixed(1)} sigmas`
    : '';
  return `${action}, score ${score}, confidence ${confidenceFraction.toFixed(2)}${spike}`;
}

function sigmasOf(spike: Spike): number {
  return Math.abs(spike.robustSigmas);
}

/** The shortlist's best `maxSubjects`, each once, then every open position: those are subjects whatever anybody says. */
function bound(report: ScannerReport, question: ScannerQuestion): ScannerReport {
  const { positions, maxSubjects } = question;
  const held = new Set(positions.map(({ symbol }) => symbol));
  const fresh = new Set(offered(question));
  const freshLimit = Math.min(maxSubjects, MOST_RANKED - held.size);
  const kept = new Map<string, string>();
  let taken = 0;
  for (const { symbol, reason } of report.ranked) {
    if (kept.has(symbol) || !(fresh.has(symbol) || held.has(symbol))) continue;
    if (fresh.has(symbol) && ++taken > freshLimit) continue;
    kept.set(symbol, reason);
  }
  for (const position of positions)
    if (!kept.has(position.symbol)) kept.set(position.symbol, heldReason(position));
  const ranked = [...kept].map(([symbol, reason]) => ({ symbol, reason: reason.slice(0, 300) }));
  return { ranked, summary: report.summary.slice(0, 600) };
}

function heldReason({ side, unrealisedQuote }: Position): string {
  return `open ${side}, unrealised ${unrealisedQuote}`;
}

function knownSymbols({ shortlist, positions }: ScannerQuestion): string[] {
  return [...shortlist, ...positions].map(({ symbol }) => symbol);
}
