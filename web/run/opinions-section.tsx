import type { ReactNode } from 'react';
import type { Opinion } from '#domain/opinion.ts';
import type { TradeProposal } from '#domain/proposal.ts';
import type { MootSubject } from '#domain/run.ts';
import { formatPercent, formatPlain, formatQuote } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { ABSTAINED, baseName, plural, spaced } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { OpinionGrounds } from './opinion-grounds.tsx';

/** What each agent said, and whether the model or the agent's rules said it. */
export function OpinionsSection({
  opinions,
  proposals,
  moot,
}: {
  opinions: readonly Opinion[];
  proposals: readonly TradeProposal[];
  /** The subjects no model was asked about. */
  moot: readonly MootSubject[];
}) {
  return (
    <Panel title="Opinions" note={plural(opinions.length, 'answer')}>
      {opinions.length === 0 ? (
        <EmptyState title="No agent was asked">
          There was nothing to decide, or trading was halted first.
        </EmptyState>
      ) : (
        <ul className="grid gap-px overflow-hidden rounded-b-lg md:grid-cols-[repeat(auto-fit,minmax(22rem,1fr))]">
          {opinions.map((opinion) => (
            <li key={`${opinion.agent}-${opinion.symbol}`} className="p-3 outline outline-line">
              <OpinionCard opinion={opinion} proposals={proposals} whyUnasked={whyUnasked(opinion, moot)} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Only Context is asked about one subject, so only it can be spared the question. */
function whyUnasked({ agent, decidedBy, symbol }: Opinion, moot: readonly MootSubject[]): string | null {
  if (agent !== 'context' || decidedBy !== 'rules') return null;
  return moot.find((subject) => subject.symbol === symbol)?.why ?? null;
}

export function OpinionCard({
  opinion,
  proposals = [],
  whyUnasked,
}: {
  opinion: Opinion;
  /** What its answer may be about; those that are not here go by their ids. */
  proposals?: readonly TradeProposal[];
  whyUnasked: string | null;
}) {
  return (
    <article className="flex flex-col gap-1.5">
      <h3 className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          {opinion.agent}
          {opinion.symbol && ` · ${baseName(opinion.symbol)}`}
        </span>
        <Badge tone={opinion.decidedBy === 'model' ? 'agent' : 'neutral'}>{opinion.decidedBy}</Badge>
        {opinion.abstention && (
          <Badge tone="watch" title={ABSTAINED[opinion.abstention]}>
            abstained: {spaced(opinion.abstention)}
          </Badge>
        )}
      </h3>
      {opinion.abstention && (
        <p className="text-watch text-xs">The rules answered: {ABSTAINED[opinion.abstention]}</p>
      )}
      {whyUnasked && (
        <p className="text-muted text-xs">
          Not asked: no opinion could change what the desk does: {whyUnasked}
        </p>
      )}
      <Answer answer={opinion.answer} proposals={proposals} />
      <OpinionGrounds opinion={opinion} />
    </article>
  );
}

function Answer({ answer, proposals }: { answer: Opinion['answer']; proposals: readonly TradeProposal[] }) {
  const nameOf = (proposalId: string) => {
    const symbol = proposals.find((proposal) => proposal.proposalId === proposalId)?.symbol;
    return symbol === undefined ? proposalId : baseName(symbol);
  };
  if ('stance' in answer)
    return (
      <>
        <p className="font-medium">
          {answer.stance}, conviction {formatQuote(answer.conviction, { signed: true })}
        </p>
        <p className="text-muted">{answer.summary}</p>
        <Lines
          rows={answer.evidence.map((row) => [
            row.key,
            `${row.key} = ${formatPlain(row.value)}: ${row.note}`,
          ])}
        />
      </>
    );
  if ('ask' in answer)
    return (
      <>
        <p className="font-medium">asks to {answer.ask}</p>
        <p className="text-muted">{answer.reason}</p>
      </>
    );
  if ('reviews' in answer)
    return (
      <Summary text={answer.summary}>
        <Lines
          rows={answer.reviews.map((row) => [
            row.proposalId,
            `${nameOf(row.proposalId)}: ${row.action}${row.action === 'shrink' ? ` to ${formatPercent(row.sizeFraction, { digits: 0 })}` : ''}: ${row.reason}`,
          ])}
        />
      </Summary>
    );
  if ('plans' in answer)
    return (
      <Summary text={answer.summary}>
        <Lines
          rows={answer.plans.map((row) => [
            row.proposalId,
            `${nameOf(row.proposalId)}: ${row.style} within ${formatDuration(row.deadlineMs)}: ${row.reason}`,
          ])}
        />
      </Summary>
    );
  return (
    <Summary text={answer.summary}>
      <Lines rows={answer.ranked.map((row) => [row.symbol, `${baseName(row.symbol)}: ${row.reason}`])} />
    </Summary>
  );
}

function Summary({ text, children }: { text: string; children: ReactNode }) {
  return (
    <>
      <p className="text-muted">{text}</p>
      {children}
    </>
  );
}

function Lines({ rows }: { rows: readonly (readonly [key: string, text: string])[] }) {
  if (rows.length === 0) return null;
  return (
    <ul className="list-inside list-disc text-xs marker:text-faint">
      {rows.map(([key, text]) => (
        <li key={key}>{text}</li>
      ))}
    </ul>
  );
}
