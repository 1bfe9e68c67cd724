import type { ApprovalItem } from '#domain/approval.ts';
import { formatPercent, formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { ABSTAINED, baseName, sentence } from '../format/words.ts';
import { FigureList } from '../ui/figure-list.tsx';
import { SideBadge } from '../ui/side-badge.tsx';

/** One opening as a person weighs it: what it is, what it costs, what it risks, and why. */
export function OpeningFigures({ item }: { item: ApprovalItem }) {
  const { proposal, quantityBase, style, notionalQuote, reasons } = item;
  const figures: [string, string][] = [
    ['Size', formatQuantity(quantityBase)],
    ['Notional', formatQuote(notionalQuote)],
    ['Entry', formatPrice(proposal.entryPriceQuote)],
    ['Stop', proposal.stopPriceQuote === null ? '–' : formatPrice(proposal.stopPriceQuote)],
    ['Target', proposal.targetPriceQuote === null ? '–' : formatPrice(proposal.targetPriceQuote)],
    ['At risk', riskWords(item)],
    ['Conviction', formatQuote(proposal.conviction, { signed: true })],
    ['Sent as', style],
  ];
  const said: ApprovalItem['reasons'] = [{ agent: 'rules', words: proposal.reason }, ...reasons];
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <h3 className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{baseName(proposal.symbol)}</span>
        <SideBadge side={proposal.side} leverage={proposal.leverage} />
      </h3>
      <FigureList figures={figures} />
      <ul className="space-y-0.5 text-xs">
        {said.map(({ agent, words, decidedBy, abstention }) => (
          <li key={agent}>
            <span className="font-medium">{sentence(agent)}</span>
            {decidedBy && ` (${decidedBy})`}: <span className="text-muted">{words}</span>
            {abstention && (
              <span className="block text-watch">The model was not heard: {ABSTAINED[abstention]}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function riskWords({ riskQuote, riskFraction }: ApprovalItem): string {
  if (riskQuote === null) return '–';
  const share = riskFraction === null ? '' : `, ${formatPercent(riskFraction)} of equity`;
  return `${formatQuote(riskQuote)}${share}`;
}
