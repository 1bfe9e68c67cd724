import { type ReactNode, useEffect, useRef } from 'react';
import { useMedia } from '../shell/use-media.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';

interface DetailViewProps {
  /** Of what is shown; null where there is nothing to show yet. */
  readonly title: string | null;
  /** What the reader has chosen; null while the page shows something of its own choice. */
  readonly chosenKey: string | null;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What is chosen, beside what it was chosen from; on a phone in a sheet over it, once the reader has chosen. */
export function DetailView({ title, chosenKey, onClose, children }: DetailViewProps) {
  const isPhone = useMedia('(max-width: 47.99rem)');
  const panel = useShownOnChoice(title === null ? null : chosenKey);
  if (isPhone)
    return title !== null && chosenKey !== null ? (
      <Sheet title={title} onClose={onClose}>
        {children}
      </Sheet>
    ) : null;
  return (
    <div ref={panel} className="min-w-0 scroll-my-3 self-start">
      <Panel title={title ?? 'Node'} className="min-h-[24rem]">
        {title === null ? (
          <EmptyState title="Nothing has begun yet">
            Choose a node of the cycle to see its input and output.
          </EmptyState>
        ) : (
          children
        )}
      </Panel>
    </div>
  );
}

/** Brings the element into view when another choice was made; a page that opens with a choice stays where it is. */
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

type SheetProps = Pick<DetailViewProps, 'onClose' | 'children'> & { readonly title: string };

function Sheet({ title, onClose, children }: SheetProps) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (sheet.current && !sheet.current.open) sheet.current.showModal();
  }, []);
  return (
    <dialog
      ref={sheet}
      onClose={onClose}
      aria-label={title}
      className="sheet mx-auto mt-auto mb-0 max-h-[85dvh] w-full max-w-full overflow-y-auto rounded-t-xl border border-line-strong bg-surface text-ink"
    >
      <header className="sticky top-0 z-10 flex items-center justify-between border-line border-b bg-surface px-3 py-1.5">
        <h2 className="font-semibold">{title}</h2>
        <Button tone="quiet" icon="close" aria-label="Close" onClick={() => sheet.current?.close()} />
      </header>
      {children}
    </dialog>
  );
}
