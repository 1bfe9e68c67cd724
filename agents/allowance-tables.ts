/** What code leaves open: the menus an answer is chosen from, with their maxima. */
import type { ConvictionReach, LimitRoom } from '#domain/allowance.ts';
import type { Signal } from '#domain/signal.ts';
import type { Background } from './background.ts';
import { amount, rounded, signed, table } from './evidence-table.ts';
import type { PassedProposal } from './passed-proposals.ts';

/** What each passed open may keep at most, and what that risks. */
export function stakeMenu(
  passed: readonly PassedProposal[],
  { stakeOf }: Pick<Background, 'stakeOf'>,
): string {
  const opens = passed.filter(({ proposal }) => proposal.kind === 'open');
  return table(
    [
      'proposal id',
      'most quantity (base)',
      'most notional (quote)',
      'loss at stop, fees in (quote)',
      'loss at stop (fraction of equity)',
      'reward to risk',
      'stop distance (ATRs of 1h)',
    ],
    opens.map(({ proposal, verdict, signal }) => {
      const stake = stakeOf(proposal, verdict.quantityBase);
      return [
        proposal.proposalId,
        Number(verdict.quantityBase),
        amount(stake?.notionalQuote ?? null),
        amount(stake?.lossAtStopQuote ?? null),
        rounded(stake?.lossAtStopFraction, 3),
        rounded(stake?.rewardToRisk, 3),
        rounded(stopDistanceAtrs(proposal, signal), 3),
      ];
    }),
  );
}

function stopDistanceAtrs(
  { entryPriceQuote, stopPriceQuote }: PassedProposal['proposal'],
  signal: Signal | null,
): number | null {
  if (stopPriceQuote === null || !signal?.atrQuote) return null;
  return Math.abs(Number(entryPriceQuote) - Number(stopPriceQuote)) / signal.atrQuote;
}

export function roomTable(rooms: readonly LimitRoom[]): string {
  return table(
    ['limit', 'unit', 'used', 'most', 'left'],
    rooms.map(({ limit, unit, used, most, left }) => [limit, unit, amount(used), amount(most), amount(left)]),
  );
}

/** What comes of a conviction, at its bounds and where it tips. */
export function reachText(
  { weight, without, least, most, openNeeds }: ConvictionReach,
  signal: Signal,
): string {
  const fused = table(
    ['your conviction', 'fused conviction (-1..1)'],
    [
      ['-1', signedText(least)],
      ['0', signedText(without)],
      ['+1', signedText(most)],
    ],
  );
  if (openNeeds === null) return `${fused}\nThe signal is ${signal.action}: nothing opens, whatever you say.`;
  const side = openNeeds > 0 ? 'long' : 'short';
  const needs = `The signal allows a ${side} and no other open; it needs a fused ${signedText(openNeeds)}`;
  const tipsAt = weight === 0 ? Number.NaN : (openNeeds - without) / weight;
  if (!(Math.abs(tipsAt) <= 1)) return `${fused}\n${needs}, which no conviction of yours changes.`;
  return `${fused}\n${needs}: it tips at your ${signedText(tipsAt)}.`;
}

function signedText(value: number): string {
  return signed(rounded(value, 3) ?? 0);
}
