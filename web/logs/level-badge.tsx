import type { LogLevel } from '#domain/log-line.ts';
import { Icon, type IconName } from '../ui/icons.tsx';

const LOOKS: Record<LogLevel, { icon: IconName; text: string }> = {
  fatal: { icon: 'stop', text: 'text-down font-semibold' },
  error: { icon: 'failed', text: 'text-down font-semibold' },
  warn: { icon: 'lost', text: 'text-watch font-semibold' },
  info: { icon: 'ok', text: 'text-muted' },
  debug: { icon: 'next', text: 'text-faint' },
  trace: { icon: 'waiting', text: 'text-faint' },
};

/** A sign and a word: never colour alone. */
export function LevelBadge({ level }: { level: LogLevel }) {
  const { icon, text } = LOOKS[level];
  return (
    <span className={`inline-flex w-14 items-center gap-1 ${text}`}>
      <Icon name={icon} className="size-3" />
      {level}
    </span>
  );
}
