import type { ReactNode } from 'react';
import type { Opinion } from '#domain/opinion.ts';
import { formatPercent, formatPlain, formatQuote } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { baseName, plural, spaced } from '../format/words.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

/** What each agent said, and whether the model or the agent's rules said it. */
export function OpinionsSection({ opinions }: { opinions: readonly Opinion[] }) {
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
              <OpinionCard opinion={opinion} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function OpinionCard({ opinion }: { opinion: Opinion }) {
  return (
    <article className="flex flex-col gap-1.5">
      <h3 className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">
          {opinion.agent}
          {opinion.symbol && ` · ${baseName(opinion.symbol)}`}
        </span>
        <Badge tone={opinion.decidedBy === 'model' ? 'agent' : 'neutral'}>{opinion.decidedBy}</Badge>
        {opinion.abstention && <Badge tone="watch">abstained: {spaced(opinion.abstention)}</Badge>}
      </h3>
      <Answer answer={opinion.answer} />
    </article>
  );
}

function Answer({ answer }: { answer: Opinion['answer'] }) {
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
            `${row.action}${row.action === 'shrink' ? ` to ${formatPercent(row.sizeFraction, { digits: 0 })}` : ''}: ${row.reason}`,
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
            `${row.style} within ${formatDuration(row.deadlineMs)}: ${row.reason}`,
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
