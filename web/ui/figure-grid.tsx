import type { ReactNode } from 'react';

export interface FigureCell {
  readonly label: string;
  readonly value: ReactNode;
  /** What it rests on, or why it is not there. */
  readonly note?: ReactNode;
}

/** Figures in columns, each under its label and over what it rests on. */
export function FigureGrid({
  figures,
  className = '',
}: {
  figures: readonly FigureCell[];
  className?: string;
}) {
  return (
    <dl className={`grid gap-x-4 gap-y-3 p-3 ${className}`}>
      {figures.map(({ label, value, note }) => (
        <div key={label} className="min-w-0">
          <dt className="text-muted text-xs">{label}</dt>
          <dd className="text-base">{value}</dd>
          {note && <dd className="text-muted text-xs">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
