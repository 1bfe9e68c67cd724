/** The Scanner ranks what the detectors found. It may leave symbols out and can add none. */
import type { Position } from '#domain/account.ts';
import { ScannerReport } from '#domain/opinion.ts';
import type { Signal, Spike } from '#domain/signal.ts';
import type { ScannerQuestion } from './agent-desk.ts';
import { defineAgent } from './define-agent.ts';
import { ungroundedSymbols } from './grounding.ts';
import { positionTable, signalTable } from './market-tables.ts';

/** Robust sigmas over which a larger spike says nothing more. */
const SIGMAS_CAP = 12;
const SIGMAS_FOR_ONE_POINT = 4;
const MOST_RANKED = 50;

export const scanner = defineAgent<ScannerQuestion, ScannerReport, ScannerReport>({
  name: 'scanner',
  promptName: 'scanner',
  answerSchema: ScannerReport,
  evidenceOf: ({ shortlist, positions, maxSubjects }, { atMs }) => ({
    shortlist: signalTable(shortlist, atMs),
    positions: positionTable(positions, atMs),
    maxSubjects: String(Math.min(maxSubjects, shortlist.length)),
  }),
  decideByRules,
  bound,
  ungrounded: (report, question) =>
    ungroundedSymbols(
      [...report.ranked.flatMap(({ symbol, reason }) => [symbol, reason]), report.summary],
      knownSymbols(question),
    ),
  isWorthAsking: ({ shortlist }) => shortlist.length > 0,
});

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
function bound(report: ScannerReport, { shortlist, positions, maxSubjects }: ScannerQuestion): ScannerReport {
  const held = new Set(positions.map(({ symbol }) => symbol));
  const offered = new Set(shortlist.map(({ symbol }) => symbol).filter((symbol) => !held.has(symbol)));
  const freshLimit = Math.min(maxSubjects, MOST_RANKED - held.size);
  const kept = new Map<string, string>();
  let fresh = 0;
  for (const { symbol, reason } of report.ranked) {
    if (kept.has(symbol) || !(offered.has(symbol) || held.has(symbol))) continue;
    if (offered.has(symbol) && ++fresh > freshLimit) continue;
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
