import { type ReactNode, useId } from 'react';
import { FailureBoundary } from './failure-boundary.tsx';

interface PanelProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A framed region with its heading; screen readers can jump between them. */
export function Panel({ title, note, actions, className = '', children }: PanelProps) {
  const headingId = useId();
  return (
    <section
      aria-labelledby={headingId}
      className={`flex min-w-0 flex-col rounded-lg border border-line bg-surface shadow-[var(--shadow)] ${className}`}
    >
      <header className="flex min-h-11 items-center gap-3 border-line border-b px-3 py-1.5">
        <div className="flex min-w-0 grow flex-wrap items-center gap-x-3">
          <h2 id={headingId} className="font-semibold">
            {title}
          </h2>
          {note && <span className="text-muted text-xs">{note}</span>}
        </div>
        {actions && <div className="flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      <FailureBoundary>{children}</FailureBoundary>
    </section>
  );
}
