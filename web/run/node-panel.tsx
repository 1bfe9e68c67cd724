import type { RunAnswer } from '../api/types.ts';
import { ForkLink } from '../fork/fork-link.tsx';
import { baseName } from '../format/words.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { callsOf, type NodeReading } from './node-reading.ts';
import { SpanDetail } from './span-detail.tsx';

export interface NodePanelProps {
  readonly reading: NodeReading;
  readonly answer: Pick<RunAnswer, 'run' | 'calls' | 'record'>;
}

/** Everything one node saw, said and cost. */
export function NodePanel({ reading, answer: { run, calls, record } }: NodePanelProps) {
  if (!reading.span)
    return (
      <EmptyState title={`${reading.name} was not reached`}>
        The run went another way, or has not come this far yet.
      </EmptyState>
    );
  const opinion = record?.opinions.find(
    ({ agent, symbol }) => agent === reading.name && symbol === reading.symbol,
  );
  return (
    <>
      <SpanDetail
        span={reading.span}
        attempts={reading.attempts}
        calls={callsOf(reading, calls)}
        opinion={opinion ?? null}
        isRunOver={!isUnderWay(run)}
      />
      <ForkLink run={run} node={reading.name} />
    </>
  );
}

export function nodeTitle({ name, symbol }: Pick<NodeReading, 'name' | 'symbol'>): string {
  return symbol === null ? name : `${name} · ${baseName(symbol)}`;
}
