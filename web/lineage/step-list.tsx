import { formatDateTime, formatTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { Badge } from '../ui/badge.tsx';
import { FigureList } from '../ui/figure-list.tsx';
import type { LineageStep } from './lineage-step.ts';

/** The chain as a line of steps, each with its numbers and the way to where it was made. */
export function StepList({ steps, label }: { steps: readonly LineageStep[]; label: string }) {
  return (
    <ol aria-label={label} className="px-3 py-2">
      {steps.map((step) => (
        <li key={step.key} className="group relative flex gap-3 pb-3 last:pb-1">
          <span aria-hidden="true" className="relative flex w-3 shrink-0 justify-center">
            <span className="absolute top-3 -bottom-1 w-px bg-line-strong group-last:hidden" />
            <span
              className={`mt-1.5 size-2.5 rounded-full border-2 ${step.runId === null ? 'border-line-strong bg-surface' : 'border-accent bg-accent-soft'}`}
            />
          </span>
          <StepBody step={step} />
        </li>
      ))}
    </ol>
  );
}

function StepBody({ step }: { step: LineageStep }) {
  const { title, atMs, badges, figures, words, links, id } = step;
  return (
    <div className="flex min-w-0 grow flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <h3 className="font-medium">{title}</h3>
        {badges.map(({ text, tone = 'neutral' }) => (
          <Badge key={text} tone={tone}>
            {text}
          </Badge>
        ))}
        {atMs !== null && (
          <time dateTime={new Date(atMs).toISOString()} className="text-muted text-xs">
            {formatDateTime(atMs).replace(' UTC', '')}:{formatTime(atMs).slice(6)}
          </time>
        )}
      </div>
      {figures.length > 0 && <FigureList figures={figures} />}
      {words.filter(Boolean).map((line) => (
        <p key={line} className="max-w-prose text-muted text-xs">
          {line}
        </p>
      ))}
      {(links.length > 0 || id !== null) && (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-xs">
          {links.map(({ to, label }) => (
            <Link key={to} to={to} className="text-accent underline underline-offset-2">
              {label}
            </Link>
          ))}
          {id !== null && <code className="min-w-0 break-all font-mono text-faint">{id}</code>}
        </p>
      )}
    </div>
  );
}
