import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useGo, useSearchParams } from '../router/router.tsx';
import { Button } from '../ui/button.tsx';
import { showToast } from '../ui/toast-queue.ts';
import { VIEW_PARAMETER } from './run-view.ts';
import { RUN_VIEWS } from './run-views.ts';
import { useKeys } from './use-keys.ts';
import { useParameter } from './use-parameter.ts';
import { rememberList, runBeside, type WalkDirection } from './walk-runs.ts';

/** On to the run before or after, by key and by hand, and what the keys are. */
export function RunWalk({ runId }: { runId: string }) {
  const client = useQueryClient();
  const go = useGo();
  const [search] = useSearchParams();
  const [, setView] = useParameter(VIEW_PARAMETER);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => rememberList(client, runId), [client, runId]);

  async function walk(direction: WalkDirection) {
    try {
      const beside = await runBeside(client, runId, direction);
      if (beside === null) return showToast(END_WORDS[direction]);
      const view = search.get(VIEW_PARAMETER);
      const kept = view === null ? '' : `?${new URLSearchParams({ [VIEW_PARAMETER]: view })}`;
      go(`/runs/${encodeURIComponent(beside)}${kept}`);
    } catch (thrown) {
      showToast(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  const views = [...RUN_VIEWS.keys()].map((name, index) => [String(index + 1), () => setView(name)] as const);
  useKeys({
    j: () => void walk('older'),
    k: () => void walk('newer'),
    '?': () => setHelpOpen(true),
    ...Object.fromEntries(views),
  });
  return (
    <div className="flex shrink-0 items-center justify-end border-line sm:border-b">
      <Button tone="quiet" className="px-2" aria-keyshortcuts="k" onClick={() => void walk('newer')}>
        Newer
      </Button>
      <Button tone="quiet" className="px-2" aria-keyshortcuts="j" onClick={() => void walk('older')}>
        Older
      </Button>
      <Button
        tone="quiet"
        className="px-2"
        icon="question"
        aria-label="Keys"
        onClick={() => setHelpOpen(true)}
      />
      {isHelpOpen && <KeysDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}

const END_WORDS: Readonly<Record<WalkDirection, string>> = {
  newer: 'There is no newer run here.',
  older: 'There is no older run here.',
};

function KeysDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  const keys: readonly (readonly [string, string])[] = [
    ['j', 'the next run: the one before this in time, of the list you came from'],
    ['k', 'the one after it'],
    ...[...RUN_VIEWS.values()].map(({ label }, index) => [String(index + 1), `the view ${label}`] as const),
    ['?', 'these keys'],
    ['← ↑ → ↓', 'from node to node of the drawn cycle'],
  ];
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-label="Keys"
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-surface p-4 text-ink"
    >
      <div className="flex items-center justify-between">
        <h2 className="font-semibold">Keys</h2>
        <Button tone="quiet" icon="close" aria-label="Close" onClick={() => dialog.current?.close()} />
      </div>
      <dl className="mt-2 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2">
        {keys.map(([key, does]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded border border-line-strong bg-raised px-1.5 font-mono">{key}</kbd>
            </dt>
            <dd className="text-muted">{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
