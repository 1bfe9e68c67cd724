import type { LogLine } from '#domain/log-line.ts';
import { formatDate, formatTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { JsonTree } from '../ui/json-tree.tsx';
import { fieldWords } from './field-words.ts';
import { LevelBadge } from './level-badge.tsx';

interface LogRowProps {
  readonly line: LogLine;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One line; its fields are there when it is opened. */
export function LogRow({ line, isOpen, onToggle }: LogRowProps) {
  return (
    <div className="border-line border-b px-3 text-xs leading-5">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex min-h-7 w-full flex-wrap items-center gap-x-3 py-1 text-left font-mono hover:bg-hover focus-visible:-outline-offset-2 sm:flex-nowrap pointer-coarse:min-h-10"
      >
        <time
          dateTime={new Date(line.atMs).toISOString()}
          title={`wall ${formatDate(line.atMs)} UTC`}
          className="shrink-0 text-faint"
        >
          {formatTime(line.atMs)}.{String(line.atMs % 1_000).padStart(3, '0')}
        </time>
        <span className="shrink-0">
          <LevelBadge level={line.level} />
        </span>
        <span className="w-14 shrink-0 text-muted">{line.role}</span>
        <span className={`min-w-0 break-words max-sm:w-full sm:grow ${isOpen ? '' : 'sm:truncate'}`}>
          {line.message}
          {!isOpen && <span className="text-faint"> {fieldWords(line)}</span>}
        </span>
      </button>
      {isOpen && (
        <div className="pb-2 sm:pl-[15.5rem]">
          <p className="flex flex-wrap gap-x-3 text-muted">
            <span>line {line.id}</span>
            <span>{line.process}</span>
            {line.runId !== null && (
              <Link
                to={`/runs/${encodeURIComponent(line.runId)}`}
                className="text-accent underline underline-offset-2"
              >
                {line.runId}
              </Link>
            )}
          </p>
          <JsonTree value={line.fields} label={`fields of line ${line.id}`} />
        </div>
      )}
    </div>
  );
}
