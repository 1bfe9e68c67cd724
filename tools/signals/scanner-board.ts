/** The record of a cycle read as a board: each symbol with its points, its rank, and why it was or was not a subject. */
import type { Board, BoardRow } from '#domain/board.ts';
import { type Opinion, ScannerReport } from '#domain/opinion.ts';
import type { CycleRecord } from '#domain/run.ts';
import { SCORE_THRESHOLD, type Signal } from '#domain/signal.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { shortlist } from './shortlist.ts';

export interface BoardFacts {
  readonly maxSubjects: number;
  /** Change of the price within the day before, by symbol; what is not in here is not known. */
  readonly dayChanges: ReadonlyMap<MarketSymbol, number>;
}

/** Null for a run that saw no market. */
export function scannerBoard(record: CycleRecord, facts: BoardFacts): Board | null {
  const { runId, market, outcome, level, qAdvice } = record;
  if (market === null) return null;
  const said = record.opinions.find(({ agent }) => agent === 'scanner');
  const report = reportOf(said);
  const symbols = [...new Set([...market.symbols, ...market.faults.map(({ symbol }) => symbol)])];
  return {
    ...{ runId, outcome, level, asOfMs: market.asOfMs },
    scanner: said && report ? { decidedBy: said.decidedBy, summary: report.summary } : null,
    table: tableOf(qAdvice),
    rows: symbols.map((symbol) => rowOf(symbol, record, { ...facts, report })),
  };
}

function reportOf(said: Opinion | undefined): ScannerReport | null {
  const parsed = ScannerReport.safeParse(said?.answer);
  return parsed.success ? parsed.data : null;
}

function tableOf(advice: CycleRecord['qAdvice']): Board['table'] {
  const read = advice.find((one) => one.tableId !== null);
  const tableId = read?.tableId ?? null;
  if (tableId === null)
    return { tableId, words: 'No Q-table has been promoted, so its advice counts for nothing yet.' };
  const counting = advice.filter(({ counts }) => counts).length;
  // A table that is read has values of every state; without them the reason is the table's, not the state's.
  if (counting === 0 && read?.values === null)
    return { tableId, words: `Q-table ${tableId} has no say: ${read.reason}.` };
  return { tableId, words: `Q-table ${tableId}: its advice counts for ${counting} of ${advice.length}.` };
}

type RowFacts = BoardFacts & { readonly report: ScannerReport | null };

function rowOf(symbol: MarketSymbol, record: CycleRecord, facts: RowFacts): BoardRow {
  const signal = record.signals.find((one) => one.symbol === symbol) ?? null;
  const at = facts.report?.ranked.findIndex((one) => one.symbol === symbol) ?? -1;
  return {
    symbol,
    lastQuote: signal?.lastQuote ?? null,
    dayChangeFraction: facts.dayChanges.get(symbol) ?? null,
    regime: signal?.regime ?? null,
    action: signal?.action ?? null,
    score: signal?.score ?? null,
    readings: signal?.readings ?? [],
    spikes: signal?.spikes ?? [],
    rank: at < 0 ? null : at + 1,
    words: facts.report?.ranked[at]?.reason ?? null,
    isHeld: isHeld(symbol, record),
    isSubject: record.subjects.includes(symbol),
    why: whyOf(symbol, signal, record, facts),
    advice: record.qAdvice.find((one) => one.symbol === symbol) ?? null,
  };
}

/** When the cycle looked: what it opened itself was not held then. */
function isHeld(symbol: MarketSymbol, { observed, positions }: CycleRecord): boolean {
  return (observed?.positions ?? positions).some((position) => position.symbol === symbol);
}

function whyOf(symbol: MarketSymbol, signal: Signal | null, record: CycleRecord, facts: RowFacts): string {
  const fault = record.market?.faults.find((one) => one.symbol === symbol);
  if (fault !== undefined) return `left out, its data is not sound: ${fault.message}`;
  if (record.subjects.includes(symbol)) return asSubject(symbol, record);
  if (!record.nodes.some(({ name }) => name === 'scanner')) return `nobody ranked: ${record.reason}`;
  if (signal === null) return 'left out, it was not measured';
  return notAsSubject(signal, record, facts);
}

function asSubject(symbol: MarketSymbol, record: CycleRecord): string {
  const why = isHeld(symbol, record) ? 'a subject, since it is held' : 'a subject, chosen off the shortlist';
  const moot = record.moot?.find((one) => one.symbol === symbol);
  return moot === undefined ? why : `${why}; no model was asked: ${moot.why}`;
}

function notAsSubject(signal: Signal, { signals }: CycleRecord, { maxSubjects, report }: RowFacts): string {
  const { symbol, score, spikes } = signal;
  if (Math.abs(score) < SCORE_THRESHOLD && spikes.length === 0)
    return `not on the shortlist: ${Math.abs(score)} of ${SCORE_THRESHOLD} points, no spike`;
  if (!shortlist(signals, maxSubjects).some((one) => one.symbol === symbol))
    return `not among the ${maxSubjects} best of the shortlist`;
  if (report !== null && !report.ranked.some((one) => one.symbol === symbol))
    return 'on the shortlist, left out by the Scanner';
  return 'ranked, but beyond what the cycle could afford to look at';
}
