import { useEffect, useRef } from 'react';
import type { LlmCall } from '#domain/desk-event.ts';
import { useMedia } from '../shell/use-media.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { NodePanel, nodeTitle } from './node-panel.tsx';
import type { NodeReading } from './node-reading.ts';

interface NodeViewProps {
  readonly reading: NodeReading | null;
  readonly calls: readonly LlmCall[];
  /** False while the page shows a node of its own choice. */
  readonly isChosen: boolean;
  readonly onClose: () => void;
}

/** The chosen node beside the drawing; on a phone in a sheet over it, once the reader has chosen. */
export function NodeView({ reading, calls, isChosen, onClose }: NodeViewProps) {
  const isPhone = useMedia('(max-width: 47.99rem)');
  const panel = useShownOnChoice(isChosen && reading ? reading.key : null);
  if (isPhone)
    return reading && isChosen ? <NodeSheet reading={reading} calls={calls} onClose={onClose} /> : null;
  return (
    <div ref={panel} className="scroll-my-3 min-w-0">
      <Panel title={reading ? nodeTitle(reading) : 'Node'} className="min-h-[24rem]">
        {reading ? (
          <NodePanel key={reading.key} reading={reading} calls={calls} />
        ) : (
          <EmptyState title="Nothing has begun yet">
            Choose a node of the cycle to see its input and output.
          </EmptyState>
        )}
      </Panel>
    </div>
  );
}

/** Brings the element into view when another node has been chosen; a page that opens with a choice stays where it is. */
function useShownOnChoice(chosenKey: string | null) {
  const element = useRef<HTMLDivElement>(null);
  const shownKey = useRef(chosenKey);
  useEffect(() => {
    if (chosenKey !== null && chosenKey !== shownKey.current)
      element.current?.scrollIntoView({ block: 'nearest' });
    shownKey.current = chosenKey;
  }, [chosenKey]);
  return element;
}

function NodeSheet({
  reading,
  calls,
  onClose,
}: {
  reading: NodeReading;
  calls: readonly LlmCall[];
  onClose: () => void;
}) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (sheet.current && !sheet.current.open) sheet.current.showModal();
  }, []);
  return (
    <dialog
      ref={sheet}
      onClose={onClose}
      aria-label={nodeTitle(reading)}
      className="sheet mx-auto mt-auto mb-0 max-h-[85dvh] w-full max-w-full overflow-y-auto rounded-t-xl border border-line-strong bg-surface text-ink"
    >
      <header className="sticky top-0 flex items-center justify-between border-line border-b bg-surface px-3 py-1.5">
        <h2 className="font-semibold">{nodeTitle(reading)}</h2>
        <Button tone="quiet" icon="close" aria-label="Close" onClick={() => sheet.current?.close()} />
      </header>
      <NodePanel key={reading.key} reading={reading} calls={calls} />
    </dialog>
  );
}
