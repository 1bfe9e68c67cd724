import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { newIdempotencyKey } from '../api/client.ts';
import { Button, type ButtonTone } from './button.tsx';
import { FailureNote } from './failure-note.tsx';

interface ActionDialogProps {
  readonly title: string;
  readonly description: ReactNode;
  readonly confirmLabel: string;
  readonly tone?: ButtonTone;
  readonly fields?: ReactNode;
  /** Does it, and gives the outcome to show. A repeated try carries the same key and is done once. */
  readonly act: (form: FormData, idempotencyKey: string) => Promise<ReactNode>;
  readonly onClose: () => void;
}

/** Asks once, does it, and shows what came of it. Mounted while open. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, description, confirmLabel, tone = 'primary', fields, act, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const action = useMutation({ mutationFn: (form: FormData) => act(form, idempotencyKey) });
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={headingId}
      onClose={onClose}
      className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-surface p-0 text-ink shadow-xl"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!action.isPending) action.mutate(new FormData(event.currentTarget));
        }}
        className="flex flex-col gap-3 p-4"
      >
        <h2 id={headingId} className="font-semibold text-lg">
          {title}
        </h2>
        {action.isSuccess ? (
          <div role="status" className="rounded-md border border-up/40 bg-up-soft p-3">
            {action.data}
          </div>
        ) : (
          <>
            <div className="text-muted">{description}</div>
            {fields}
          </>
        )}
        {action.error && <FailureNote error={action.error} />}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={() => dialog.current?.close()} autoFocus={action.isSuccess}>
            {action.isSuccess ? 'Close' : 'Not now'}
          </Button>
          {!action.isSuccess && (
            <Button type="submit" tone={tone} disabled={action.isPending}>
              {action.isPending ? 'Sending …' : confirmLabel}
            </Button>
          )}
        </div>
      </form>
    </dialog>
  );
}
