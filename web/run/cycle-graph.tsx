import { useMemo } from 'react';
import type { SpanSketch } from '#domain/run-trace.ts';
import { useMedia } from '../shell/use-media.ts';
import { type CycleLayout, layoutTall, layoutWide, type PlacedEdge } from './cycle-layout.ts';
import { GraphNode } from './graph-node.tsx';
import { contextSubjects, type NodeReading, readNode } from './node-reading.ts';
import { useArrowKeys } from './use-arrow-keys.ts';

/** Subjects beyond these would make the drawing longer than anybody reads. */
const MOST_DRAWN = 12;

interface CycleGraphProps {
  readonly spans: readonly SpanSketch[];
  readonly selectedKey: string | null;
  /** The node to look at first, such as where two runs part. */
  readonly litKey?: string | null;
  readonly onSelect: (key: string) => void;
}

/** The cycle as the machine is wired, each node lit by this run's trace. */
export function CycleGraph({ spans, selectedKey, litKey = null, onSelect }: CycleGraphProps) {
  const isWide = useMedia('(min-width: 80rem)');
  const asked = contextSubjects(spans);
  const subjects = asked.slice(0, MOST_DRAWN).join(' ');
  const layout = useMemo(() => {
    const symbols = subjects === '' ? [] : subjects.split(' ');
    return isWide ? layoutWide(symbols) : layoutTall(symbols);
  }, [isWide, subjects]);
  const readings = new Map(
    layout.nodes.map((node) => [node.key, readNode(node.name, node.symbol, spans)] as const),
  );
  const arrows = useArrowKeys();
  const focusKey = selectedKey !== null && readings.has(selectedKey) ? selectedKey : layout.nodes[0]?.key;
  return (
    <div className="mx-auto w-full p-3 max-xl:max-w-sm">
      <div ref={arrows} className="relative w-full" style={{ height: layout.height }}>
        <Lines layout={layout} readings={readings} />
        {layout.labels.map((label) => (
          <span
            key={label.text}
            className="absolute whitespace-nowrap text-faint text-xs leading-4"
            style={{ left: share(label.x, layout.width), top: label.y }}
          >
            {label.text}
          </span>
        ))}
        {layout.nodes.map((node) => {
          const reading = readings.get(node.key);
          return (
            reading && (
              <GraphNode
                key={node.key}
                reading={reading}
                shape={layout.shape}
                box={{
                  left: share(node.x, layout.width),
                  width: share(node.width, layout.width),
                  top: node.y,
                  height: node.height,
                }}
                isSelected={node.key === selectedKey}
                isLit={node.key === litKey}
                isTabStop={node.key === focusKey}
                onSelect={() => onSelect(node.key)}
              />
            )
          );
        })}
      </div>
      {asked.length > MOST_DRAWN && (
        <p className="pt-2 text-muted text-xs">
          {asked.length - MOST_DRAWN} more subjects of context are in the trace and the log.
        </p>
      )}
    </div>
  );
}

function Lines({ layout, readings }: { layout: CycleLayout; readings: ReadonlyMap<string, NodeReading> }) {
  return (
    <svg
      className="absolute inset-0 h-full w-full overflow-visible"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      preserveAspectRatio="none"
      fill="none"
      aria-hidden="true"
    >
      {[...layout.edges]
        .sort((first, second) => Number(isTaken(first, readings)) - Number(isTaken(second, readings)))
        .map((edge) => (
          <path
            key={`${edge.from}-${edge.to}`}
            d={edge.path}
            vectorEffect="non-scaling-stroke"
            strokeWidth={isTaken(edge, readings) ? 2 : 1.25}
            className={lineLook(edge, readings)}
          />
        ))}
    </svg>
  );
}

/** A line is lit when the run went along it. A way past some nodes is lit only when the run did not go through them. */
function isTaken(edge: PlacedEdge, readings: ReadonlyMap<string, NodeReading>): boolean {
  const reached = (key: string) => (readings.get(key)?.state ?? 'idle') !== 'idle';
  if (!reached(edge.from) || !reached(edge.to)) return false;
  if (edge.when === 'nobody asked') return !reached('approval');
  return edge.when !== 'nothing to decide' || !reached('propose');
}

function lineLook(edge: PlacedEdge, readings: ReadonlyMap<string, NodeReading>): string {
  if (!isTaken(edge, readings)) return 'stroke-line-strong [stroke-dasharray:2_4]';
  return readings.get(edge.to)?.state === 'running' ? 'edge-live stroke-accent' : 'stroke-muted';
}

function share(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(3)}%`;
}
