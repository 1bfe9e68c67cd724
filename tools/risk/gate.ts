import { type DecimalText, decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Finding, TradeProposal, Verdict } from '#domain/proposal.ts';
import { deniedVerdict, deny, resize } from './findings.ts';
import type { GateContext } from './gate-context.ts';
import { judgeOpen } from './judge-open.ts';
import { isSoundPrice } from './prices.ts';
import { reservedOrder } from './reserved-order.ts';
import { findMalformed } from './well-formed.ts';

/**
 * The gate's answer to one proposal: approved, resized to what the limits leave, or denied with every reason.
 * Arithmetic on the account, the venue's filters and the limits alone; it never enlarges and never throws for a bad
 * proposal. A close needs a position and nothing else: no limit may keep risk from being taken off.
 */
export function judgeProposal(
  proposal: TradeProposal,
  context: GateContext,
  stage: Verdict['stage'],
): Verdict {
  if (proposal.kind === 'close') return judgeClose(proposal, context, stage);
  const instrument = context.instruments.get(proposal.symbol);
  if (instrument === undefined) {
    const message = `${nameOf(proposal.symbol)} is outside the universe`;
    return deniedVerdict(proposal, stage, [deny('symbol_not_listed', { message })]);
  }
  const malformed = findMalformed(proposal);
  if (malformed.length > 0) return deniedVerdict(proposal, stage, malformed);
  try {
    return judgeOpen(proposal, context, instrument, stage);
  } catch (thrown) {
    // Facts nobody can reckon with refuse this open and must not keep the closes beside it from their verdicts.
    const message = `${proposal.symbol} cannot be judged: ${thrown instanceof Error ? thrown.message : thrown}`;
    return deniedVerdict(proposal, stage, [deny('data_unsound', { message })]);
  }
}

/**
 * Judges proposals in order, closes before opens. An approved open takes its place among the open orders, so that the
 * next one is measured against what is left. Gives the verdicts in the order of the proposals.
 */
export function judgeProposals(
  proposals: readonly TradeProposal[],
  context: GateContext,
  stage: Verdict['stage'],
): Verdict[] {
  let current = context;
  const closesFirst = [...proposals.entries()].sort(
    ([, left], [, right]) => Number(left.kind !== 'close') - Number(right.kind !== 'close'),
  );
  const judged = closesFirst.map(([place, proposal]) => {
    const verdict = judgeProposal(proposal, current, stage);
    if (proposal.kind !== 'close' && verdict.outcome !== 'denied')
      current = withReservation(current, proposal, verdict);
    return { place, verdict };
  });
  return judged.sort((left, right) => left.place - right.place).map(({ verdict }) => verdict);
}

/** What a close is judged with, whatever else cannot be read. */
export type CloseContext = Pick<GateContext, 'positions' | 'instruments'>;

/** A whole position passes as it is, however many orders it takes; a part is rounded down to a step. */
export function judgeClose(proposal: TradeProposal, context: CloseContext, stage: Verdict['stage']): Verdict {
  const malformed = findMalformed(proposal);
  if (malformed.length > 0) return deniedVerdict(proposal, stage, malformed);
  const { proposalId, symbol } = proposal;
  const position = context.positions.find(
    (held) => held.symbol === symbol && held.side === proposal.side && decimal(held.quantityBase).gt(0),
  );
  if (position === undefined) {
    const message = `no ${proposal.side} position in ${symbol} to close`;
    return deniedVerdict(proposal, stage, [deny('nothing_to_close', { message })]);
  }
  const { quantityBase, findings } = closableOf(proposal, position.quantityBase, context);
  if (decimal(quantityBase).eq(0)) {
    const message = `${proposal.quantityBase} ${symbol} is less than one step of the venue`;
    return deniedVerdict(proposal, stage, [deny('order_under_minimum', { message })]);
  }
  const outcome = decimal(quantityBase).lt(proposal.quantityBase) ? 'resized' : 'approved';
  return { proposalId, symbol, stage, outcome, quantityBase, findings };
}

function closableOf(
  { symbol, quantityBase }: TradeProposal,
  heldBase: DecimalText,
  { instruments }: CloseContext,
): { quantityBase: DecimalText; findings: Finding[] } {
  const instrument = instruments.get(symbol);
  const asked = decimal(quantityBase);
  const held = decimal(heldBase);
  const findings: Finding[] = [];
  if (asked.gt(held))
    findings.push(resize('position_over_limit', { value: Number(asked), limit: Number(held) }));
  let quantity = asked.gt(held) ? held : asked;
  const isPart = quantity.lt(held);
  if (isPart && instrument !== undefined && decimal(instrument.quantityStepBase).gt(0))
    quantity = roundToStep(quantity, instrument.quantityStepBase, 'down');
  return { quantityBase: decimalText(quantity), findings };
}

/** The context after an approved open, with its entry standing among the orders at the dearer of its two prices. */
function withReservation(context: GateContext, proposal: TradeProposal, verdict: Verdict): GateContext {
  const last = context.lastPricesQuote.get(proposal.symbol);
  const entry = decimal(proposal.entryPriceQuote);
  const price = isSoundPrice(last) && entry.lt(decimal(last)) ? decimal(last) : entry;
  const reserved = reservedOrder(proposal, {
    clientOrderId: proposal.proposalId.slice(0, 36),
    quantityBase: verdict.quantityBase,
    priceQuote: decimalText(price),
  });
  return { ...context, openOrders: [...context.openOrders, reserved] };
}

/** A symbol for a message, whatever stands in its place. */
function nameOf(symbol: unknown): string {
  return typeof symbol === 'string' ? symbol.slice(0, 40) : `a symbol of type ${typeof symbol}`;
}
