import type { CSSProperties } from 'react';
import type { DecidedBy } from '#domain/opinion.ts';
import { formatDuration } from '../format/time.ts';
import { baseName } from '../format/words.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import type { NodeReading, NodeState } from './node-reading.ts';

const STATE_WORDS: Record<NodeState, string> = {
  idle: 'not run',
  running: 'running',
  ok: 'ok',
  failed: 'failed',
  lost: 'lost',
};

const STATE_ICONS: Record<NodeState, IconName | null> = {
  idle: 'waiting',
  running: null,
  ok: 'ok',
  failed: 'failed',
  lost: 'lost',
};

const ICON_LOOK: Record<NodeState, string> = {
  idle: 'text-faint',
  running: '',
  ok: 'text-up',
  failed: 'text-down',
  lost: 'text-down',
};

const SHAPES = {
  wide: 'flex-col items-start justify-center gap-1 px-2 text-left',
  tall: 'items-center gap-1.5 px-2.5 text-left',
};

interface GraphNodeProps {
  readonly reading: NodeReading;
  readonly shape: 'wide' | 'tall';
  readonly box: CSSProperties;
  readonly isSelected: boolean;
  readonly isLit: boolean;
  readonly isTabStop: boolean;
  readonly onSelect: () => void;
}

/** One box: agents are rounded and tinted, tools square and plain; the lamp tells how far it came. */
export function GraphNode({ reading, shape, box, isSelected, isLit, isTabStop, onSelect }: GraphNodeProps) {
  const { name, symbol, state, span } = reading;
  const title = symbol === null ? name : baseName(symbol);
  const decidedBy = span?.decidedBy ?? null;
  return (
    <button
      type="button"
      style={box}
      data-node={reading.key}
      data-state={state}
      data-lit={isLit || undefined}
      aria-pressed={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      onClick={onSelect}
      className={`absolute flex border leading-tight transition-colors hover:border-ink ${SHAPES[symbol !== null || name === 'protect' ? 'wide' : shape]} ${frameLook(reading, isSelected)} ${isLit ? 'outline-3 outline-watch outline-offset-2' : ''}`}
    >
      <span className={`w-full truncate text-[0.8125rem] ${state === 'idle' ? '' : 'font-semibold'}`}>
        {symbol !== null && <span className="sr-only">{name} </span>}
        {name === 'context' && symbol === null ? 'context × N' : title}
        <span className="sr-only">
          , {reading.kind}
          {isLit && ', the first difference'},
        </span>
      </span>
      <span className="flex shrink-0 items-center gap-1 whitespace-nowrap text-2xs text-muted">
        <Lamp state={state} />
        <span className="sr-only">{STATE_WORDS[state]}</span>
        {span?.durationMs != null ? (
          formatDuration(span.durationMs)
        ) : (
          <span aria-hidden="true">{STATE_WORDS[state]}</span>
        )}
      </span>
      {decidedBy && decidedBy !== 'code' && <Decider decidedBy={decidedBy} />}
    </button>
  );
}

/** Hangs on the frame of what was asked: whether the model, its rules or a person answered. */
function Decider({ decidedBy }: { decidedBy: Exclude<DecidedBy, 'code'> }) {
  return (
    <span
      className={`absolute -top-2 right-2.5 rounded-full border bg-surface px-1.5 text-[0.625rem] leading-[0.875rem] ${decidedBy === 'model' ? 'border-agent/70 font-semibold text-agent' : 'border-line-strong text-muted'}`}
    >
      <span className="sr-only">, decided by </span>
      {decidedBy}
    </span>
  );
}

function Lamp({ state }: { state: NodeState }) {
  const icon = STATE_ICONS[state];
  if (icon) return <Icon name={icon} className={`size-3.5 ${ICON_LOOK[state]}`} />;
  return (
    <span className="flex size-3.5 shrink-0 items-center justify-center">
      <span className="lamp-live size-2.5 rounded-full bg-accent" />
    </span>
  );
}

function frameLook({ kind, state }: NodeReading, isSelected: boolean): string {
  const corners = kind === 'agent' ? 'rounded-2xl' : 'rounded-[3px]';
  const selected = isSelected ? 'ring-2 ring-accent' : '';
  if (state === 'idle')
    return `${corners} border-line-strong border-dashed bg-surface text-faint ${selected}`;
  if (state === 'failed' || state === 'lost') return `${corners} border-down bg-down-soft ${selected}`;
  if (state === 'running') return `${corners} border-accent bg-accent-soft ${selected}`;
  return `${corners} ${kind === 'agent' ? 'border-agent/70 bg-agent-soft' : 'border-line-strong bg-raised'} ${selected}`;
}
