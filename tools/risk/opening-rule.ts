import type { Instrument } from '#domain/instrument.ts';
import type { Finding, TradeProposal } from '#domain/proposal.ts';
import type { GateContext } from './gate-context.ts';

/** Looks at one thing of an opening proposal, at the entry price it is given; no finding when that is well. */
export type OpeningRule = (
  proposal: TradeProposal,
  context: GateContext,
  instrument: Instrument,
) => Finding[];
