import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from './button.tsx';
import { dropToast, onToasts, shownToasts, type Toast } from './toast-queue.ts';

const SHOWN_FOR_MS = 10_000;

const LOOKS = { up: 'border-up', down: 'border-down' } as const;

/** Lies over the page and moves nothing. Good news goes by itself, unless the reader is at it; bad news stays. */
export function Toaster() {
  const toasts = useSyncExternalStore(onToasts, shownToasts);
  return (
    <section
      aria-label="Messages"
      className="pointer-events-none fixed right-3 bottom-14 left-3 z-30 flex flex-col items-end gap-2 sm:left-auto sm:w-96"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, tone, words } = toast;
  const [isAttended, setAttended] = useState(false);
  useEffect(() => {
    if (isAttended || tone === 'down') return;
    const timer = setTimeout(() => dropToast(id), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [id, tone, isAttended]);
  return (
    <div
      role="status"
      onPointerEnter={() => setAttended(true)}
      onPointerLeave={() => setAttended(false)}
      onFocus={() => setAttended(true)}
      onBlur={() => setAttended(false)}
      className={`pointer-events-auto flex w-full items-start gap-2 rounded-md border border-l-4 bg-surface py-2 pr-1.5 pl-3 shadow-xl ${LOOKS[tone]}`}
    >
      <div className="min-w-0 grow py-1">{words}</div>
      <Button tone="quiet" icon="close" className="px-2" aria-label="Dismiss" onClick={() => dropToast(id)} />
    </div>
  );
}
