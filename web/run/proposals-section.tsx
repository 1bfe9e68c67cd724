import type { TradeProposal, Verdict, Withheld } from '#domain/proposal.ts';
import { formatPlain, formatPrice, formatQuantity, formatQuote } from '../format/number.ts';
import { withPageTimes } from '../format/time.ts';
import { baseName, plural, sentence } from '../format/words.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FigureList } from '../ui/figure-list.tsx';
import { Panel } from '../ui/panel.tsx';
import { SideBadge } from '../ui/side-badge.tsx';

const OUTCOME_TONES: Record<Verdict['outcome'], BadgeTone> = {
  approved: 'up',
  resized: 'watch',
  denied: 'down',
};

const STAGE_WORDS: Record<Verdict['stage'], string> = {
  gate: 'The gate',
  risk: 'The Risk agent',
  approval: 'A person, asked for approval',
  place: 'The gate, at placement',
};

/**
 * Each proposal with every verdict on it: who refused or shrank what, by which rule and which numbers. Then the subjects
 * that gave none, and why.
 */
export function ProposalsSection({
  proposals,
  withheld,
  verdicts,
}: {
  proposals: readonly TradeProposal[];
  withheld: readonly Withheld[];
  verdicts: readonly Verdict[];
}) {
  return (
    <Panel title="Proposals and verdicts" note={plural(proposals.length, 'proposal')}>
      {proposals.length === 0 ? (
        <EmptyState title="Nothing was proposed">
          The run came to its end without a trade to suggest.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {proposals.map((proposal) => (
            <li key={proposal.proposalId} className="grid gap-3 p-3 lg:grid-cols-2">
              <ProposalFigures proposal={proposal} />
              <ol className="flex flex-col gap-2">
                {verdicts
                  .filter((verdict) => verdict.proposalId === proposal.proposalId)
                  .map((verdict) => (
                    <li key={verdict.stage}>
                      <VerdictLine verdict={verdict} />
                    </li>
                  ))}
              </ol>
            </li>
          ))}
        </ul>
      )}
      {withheld.length > 0 && (
        <ul aria-label="Nothing proposed" className="space-y-1 border-line border-t p-3">
          {withheld.map(({ symbol, code, message }) => (
            <li key={symbol}>
              <span className="font-medium">Nothing for {baseName(symbol)}</span>{' '}
              <code className="font-mono text-muted text-xs">{code}</code>
              <span className="block text-muted">{message}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function ProposalFigures({ proposal }: { proposal: TradeProposal }) {
  const figures: [string, string][] = [
    ['Size', formatQuantity(proposal.quantityBase)],
    [proposal.kind === 'close' ? 'Price' : 'Entry', formatPrice(proposal.entryPriceQuote)],
    ['Stop', proposal.stopPriceQuote === null ? '–' : formatPrice(proposal.stopPriceQuote)],
    ['Target', proposal.targetPriceQuote === null ? '–' : formatPrice(proposal.targetPriceQuote)],
    ['Conviction', formatQuote(proposal.conviction, { signed: true })],
  ];
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          {sentence(proposal.kind)} {baseName(proposal.symbol)}
        </span>
        <SideBadge side={proposal.side} leverage={proposal.leverage} />
      </h3>
      <p className="text-muted">{proposal.reason}</p>
      <FigureList figures={figures} />
    </div>
  );
}

function VerdictLine({ verdict }: { verdict: Verdict }) {
  return (
    <div className="rounded-md border border-line bg-raised p-2.5">
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{STAGE_WORDS[verdict.stage]}</span>
        <Badge tone={OUTCOME_TONES[verdict.outcome]}>{verdict.outcome}</Badge>
        {verdict.outcome !== 'denied' && (
          <span className="text-muted text-xs">may trade {formatQuantity(verdict.quantityBase)}</span>
        )}
      </p>
      {verdict.findings.length > 0 && (
        <ul className="mt-1.5 space-y-1">
          {verdict.findings.map((finding) => (
            <li key={finding.code}>
              <code className="font-mono text-xs">{finding.code}</code>{' '}
              {finding.value !== null && finding.limit !== null && (
                <span className="whitespace-nowrap text-muted text-xs">
                  {formatPlain(finding.value)} against {formatPlain(finding.limit)}
                </span>
              )}
              <span className="block">{withPageTimes(finding.message)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
