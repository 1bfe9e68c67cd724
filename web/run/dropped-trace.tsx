import { formatWallTime } from '../format/time.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

/** Stands where the trace of an old run was. */
export function DroppedTrace({ title, thinnedAtMs }: { title: string; thinnedAtMs: number }) {
  return (
    <Panel title={title} className="min-h-40">
      <EmptyState title="The trace was dropped to save room">
        It was thinned at {formatWallTime(thinnedAtMs)}, by its age and because it sent no order. What was
        measured, said and decided is in its story.
      </EmptyState>
    </Panel>
  );
}
