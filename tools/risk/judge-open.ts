import type { Big } from 'big.js';
import { decimal, decimalText, roundToStep } from '#domain/decimal.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Finding, TradeProposal, Verdict } from '#domain/proposal.ts';
import { deniedVerdict, deny, inTableOrder, resize } from './findings.ts';
import type { GateContext } from './gate-context.ts';
import { leastNotionalQuote } from './limits.ts';
import type { OpeningRule } from './opening-rule.ts';
import { OPENING_RULES } from './opening-rules.ts';
import { isSoundPrice } from './prices.ts';
import { type SizeLimit, sizeLimits } from './size-limits.ts';

/**
 * The verdict on a well-formed open: refused by any rule, else cut to the smallest size limit and rounded down to the
 * venue's step. Judged at the price it was sized at and at the market's own, and the stricter answer of the two holds:
 * an entry price nobody trades at makes nothing cheaper. The order of `rules` changes nothing.
 */
export function judgeOpen(
  proposal: TradeProposal,
  context: GateContext,
  instrument: Instrument,
  stage: Verdict['stage'],
  rules: readonly OpeningRule[] = OPENING_RULES,
): Verdict {
  const priced = atBothPrices(proposal, context);
  const refusals = inTableOrder(
    priced.flatMap((one) => rules.flatMap((rule) => rule(one, context, instrument))),
  );
  const { account } = context;
  if (account === null)
    return deniedVerdict(proposal, stage, inTableOrder([...refusals, deny('reconcile_pending')]));
  const asked = decimal(proposal.quantityBase);
  const cuts = priced
    .flatMap((one) => sizeLimits(one, context, instrument, account))
    .filter(({ maxQuantityBase }) => maxQuantityBase.lt(asked))
    .sort((left, right) => left.maxQuantityBase.cmp(right.maxQuantityBase));
  const allowed = cuts[0]?.maxQuantityBase ?? asked;
  const quantity = roundToStep(allowed, instrument.quantityStepBase, 'down');
  const resizes = inTableOrder(cuts.map((cut) => cutFinding(cut, proposal, quantity)));
  const minimum = findUnderMinimum(priced, quantity, context, instrument);
  if (refusals.length + minimum.length > 0)
    return deniedVerdict(proposal, stage, [...refusals, ...resizes, ...minimum]);
  const outcome = quantity.lt(asked) ? 'resized' : 'approved';
  const { proposalId, symbol } = proposal;
  return { proposalId, symbol, stage, outcome, quantityBase: decimalText(quantity), findings: resizes };
}

/** The proposal at its own entry price and, where there is one, at the last price of the market. */
function atBothPrices(proposal: TradeProposal, { lastPricesQuote }: GateContext): TradeProposal[] {
  const last = lastPricesQuote.get(proposal.symbol);
  if (!isSoundPrice(last) || decimal(proposal.entryPriceQuote).eq(decimal(last))) return [proposal];
  return [proposal, { ...proposal, entryPriceQuote: decimalText(last) }];
}

function cutFinding({ code, maxQuantityBase }: SizeLimit, proposal: TradeProposal, quantity: Big): Finding {
  return resize(code, {
    value: Number(proposal.quantityBase),
    limit: Number(maxQuantityBase),
    message: `${proposal.symbol}: ${code.replaceAll('_', ' ')}, ${proposal.quantityBase} cut to ${decimalText(quantity)}`,
  });
}

function findUnderMinimum(
  priced: readonly TradeProposal[],
  quantity: Big,
  { limits, growing }: GateContext,
  instrument: Instrument,
): Finding[] {
  const { symbol, minQuantityBase } = instrument;
  // What an entry has filled counts towards the configured minimum, and not towards the venue's, which is of each order.
  const minNotionalQuote =
    growing === undefined ? leastNotionalQuote(limits, instrument) : instrument.minNotionalQuote;
  const notionals = priced.map(({ entryPriceQuote }) => quantity.times(entryPriceQuote));
  const isEnough = notionals.every((notional) => notional.gte(minNotionalQuote));
  if (quantity.gte(minQuantityBase) && quantity.gt(0) && isEnough) return [];
  const message = `${decimalText(quantity)} ${symbol} is under the minimum of ${minQuantityBase} or ${minNotionalQuote} quote`;
  return [
    deny('order_under_minimum', { value: Number(notionals[0]), limit: Number(minNotionalQuote), message }),
  ];
}
