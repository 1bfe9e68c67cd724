import { useState } from 'react';
import { formatDateTime } from '../format/time.ts';
import { Icon } from './icons.tsx';

const STEP = 50;
/** Numbers of milliseconds above this are instants, below it durations. */
const FIRST_INSTANT_MS = Date.UTC(2010);

/** Any JSON value, folded. What is folded is not rendered, so a body of megabytes opens at once. */
export function JsonTree({ value, openDepth = 1 }: { value: unknown; openDepth?: number }) {
  return (
    <div className="overflow-x-auto font-mono text-xs leading-5">
      <JsonNode name={null} value={value} openDepth={openDepth} />
    </div>
  );
}

function JsonNode({ name, value, openDepth }: { name: string | null; value: unknown; openDepth: number }) {
  if (typeof value !== 'object' || value === null)
    return (
      <div className="pl-4">
        <Name name={name} />
        <Leaf name={name} value={value} />
      </div>
    );
  return <JsonBranch name={name} value={value} openDepth={openDepth} />;
}

function JsonBranch({ name, value, openDepth }: { name: string | null; value: object; openDepth: number }) {
  const [isOpen, setOpen] = useState(openDepth > 0);
  const [shown, setShown] = useState(STEP);
  const entries = Object.entries(value);
  const [left, right] = Array.isArray(value) ? '[]' : '{}';
  if (entries.length === 0)
    return (
      <div className="pl-4">
        <Name name={name} />
        <span className="text-faint">
          {left}
          {right}
        </span>
      </div>
    );
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex items-center gap-0.5 rounded text-left hover:bg-hover"
      >
        <Icon
          name="next"
          className={`size-3.5 text-faint transition-transform ${isOpen ? 'rotate-90' : ''}`}
        />
        <span>
          <Name name={name} />
          <span className="text-faint">{isOpen ? left : `${left} ${entries.length} ${right}`}</span>
        </span>
      </button>
      {isOpen && (
        <div className="ml-[0.4rem] border-line border-l pl-2">
          {entries.slice(0, shown).map(([key, child]) => (
            <JsonNode key={key} name={key} value={child} openDepth={openDepth - 1} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              onClick={() => setShown(shown + STEP)}
              className="ml-4 text-accent underline underline-offset-2"
            >
              {entries.length - shown} more
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { name: string | null }) {
  return name === null ? null : <span className="text-muted">{name}: </span>;
}

function Leaf({ name, value }: { name: string | null; value: unknown }) {
  if (typeof value === 'string') return <span className="whitespace-pre-wrap break-words">“{value}”</span>;
  if (typeof value === 'number')
    return (
      <>
        <span className="text-accent">{String(value)}</span>
        {name?.endsWith('Ms') && value > FIRST_INSTANT_MS && (
          <span className="text-faint"> {formatDateTime(value)}</span>
        )}
      </>
    );
  return <span className="text-agent">{String(value)}</span>;
}
