import type { ReactNode } from 'react';

export type BadgeTone = 'neutral' | 'accent' | 'up' | 'down' | 'watch' | 'agent';

const TONES: Record<BadgeTone, string> = {
  neutral: 'border-line-strong bg-raised text-muted',
  accent: 'border-accent/40 bg-accent-soft text-accent',
  up: 'border-up/40 bg-up-soft text-up',
  down: 'border-down/45 bg-down-soft text-down',
  watch: 'border-watch/45 bg-watch-soft text-watch',
  agent: 'border-agent/40 bg-agent-soft text-agent',
};

export function Badge({
  tone = 'neutral',
  title,
  children,
}: {
  tone?: BadgeTone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span
      title={title}
      className={`inline-flex h-5 items-center gap-1 whitespace-nowrap rounded border px-1.5 font-medium text-2xs ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
