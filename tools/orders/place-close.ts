/** Sends what closes a position, in as many orders as the venue needs; running it again sends nothing a second time. */
import type { Position } from '#domain/account.ts';
import { decimal } from '#domain/decimal.ts';
import type { OrderIntent } from '#domain/intent.ts';
import type { TradeProposal, Verdict } from '#domain/proposal.ts';
import type { WorkingEntry } from '#domain/working-entry.ts';
import { approveReducing } from '../risk/approve.ts';
import { judgeClose } from '../risk/gate.ts';
import { plannedIntent, reducingRequest } from './entry-orders.ts';
import { piecesOf } from './pieces.ts';
import { sendIntent } from './send-intent.ts';
import { abandonEntries, type EntryParts } from './work-entries.ts';

/** How often a close is sent that the venue has never seen. */
const EXIT_ATTEMPTS = 2;

/** What still goes out in the symbol is given up first: it must not fill against the exit. */
export async function placeClose(
  proposal: TradeProposal,
  {
    runId,
    positions,
    entries,
  }: {
    readonly runId: string;
    readonly positions: readonly Position[];
    readonly entries: readonly WorkingEntry[];
  },
  parts: EntryParts,
): Promise<Verdict> {
  const { instruments } = parts;
  const verdict = judgeClose(proposal, { positions, instruments }, 'place');
  const growing = entries.filter((entry) => entry.proposal.symbol === proposal.symbol);
  await abandonEntries(growing, `its position is being closed by ${runId}`, parts);
  const position = positions.find(({ symbol, side }) => symbol === proposal.symbol && side === proposal.side);
  if (verdict.outcome === 'denied' || position === undefined) return verdict;
  const of = { runId, deskId: parts.deskId, proposalId: proposal.proposalId, atMs: parts.clock.nowMs() };
  const exitOf = (quantityBase: string, piece: number, attempt: number) => {
    const sequence = piece * EXIT_ATTEMPTS + attempt;
    const request = reducingRequest(runId, position, 'exit', quantityBase, sequence);
    return plannedIntent(request, of);
  };
  // What an earlier attempt wrote down stands, in its own pieces; what is new is written before any of it leaves.
  const intents = await parts.store.intentsOfRun(runId);
  const standing = firstsOf(intents, (piece) => exitOf('0', piece, 0).intentId);
  const pieces = piecesOf(verdict.quantityBase, instruments.get(proposal.symbol));
  const firsts =
    standing.length > 0
      ? standing
      : await parts.store.planIntents(pieces.map((quantity, piece) => exitOf(quantity, piece, 0)));
  for (const [piece, { request }] of firsts.entries())
    for (let attempt = 0; attempt < EXIT_ATTEMPTS; attempt++) {
      const { quantityBase } = decimal(verdict.quantityBase).lt(request.quantityBase) ? verdict : request;
      if (await sendExit(exitOf(quantityBase, piece, attempt), position, parts)) break;
    }
  return verdict;
}

/** The first attempts of an exit's pieces as they stand, in order. */
function firstsOf(written: readonly OrderIntent[], idOf: (piece: number) => string): OrderIntent[] {
  const pieces: OrderIntent[] = [];
  for (;;) {
    const next = written.find(({ intentId }) => intentId === idOf(pieces.length));
    if (next === undefined) return pieces;
    pieces.push(next);
  }
}

/** Whether the venue has answered for this exit: it never saw one that is settled, nor one planned at more than is held. */
async function sendExit(planned: OrderIntent, position: Position, parts: EntryParts): Promise<boolean> {
  const [intent = planned] = await parts.store.planIntents([planned]);
  if (intent.status !== 'planned') return intent.status !== 'settled';
  const order = approveReducing(intent.request, position);
  if (order !== null) return (await sendIntent(intent, order, parts)).status !== 'settled';
  const why = { atMs: parts.clock.nowMs(), reason: 'more than is held now', order: null };
  await parts.store.moveIntent(intent.intentId, 'cancelled', why);
  return false;
}
