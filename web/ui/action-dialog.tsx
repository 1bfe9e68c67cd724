import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { newPost } from '../api/client.ts';
import type { Post } from '../api/idempotent-post.ts';
import { useMayControl } from '../api/use-may-control.ts';
import { Button, type ButtonTone } from './button.tsx';
import { MAY_ONLY_READ } from './control-button.tsx';
import { FailureNote } from './failure-note.tsx';
import { showToast, type ToastTone } from './toast-queue.ts';

export interface Outcome {
  readonly words: ReactNode;
  readonly tone?: ToastTone;
}

interface ActionDialogProps {
  readonly title: string;
  readonly description: ReactNode;
  readonly confirmLabel: string;
  readonly tone?: ButtonTone;
  /** There is nothing left to do: it can only be put away. */
  readonly isMoot?: boolean;
  /** A session that may only read may do it too. */
  readonly isReading?: boolean;
  readonly fields?: ReactNode;
  /** Does it by way of `post`, and gives the outcome to tell. Texts of the form come trimmed. */
  readonly act: (form: FormData, post: Post) => Promise<Outcome>;
  readonly onClose: () => void;
}

/** Asks once, does it, and goes; a toast tells what came of it, and a failure keeps the question open. Mounted while open. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, description, confirmLabel, tone = 'primary', fields, act, onClose } = props;
  const mayControl = useMayControl() || props.isReading === true;
  const isMoot = props.isMoot === true || !mayControl;
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  const [post] = useState(newPost);
  const action = useMutation({
    mutationFn: (form: FormData) => act(form, post),
    onSuccess(outcome) {
      showToast(outcome.words, outcome.tone);
      dialog.current?.close();
    },
  });
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
          if (!action.isPending && !isMoot) action.mutate(trimmed(new FormData(event.currentTarget)));
        }}
        className="flex flex-col gap-3 p-4"
      >
        <h2 id={headingId} className="font-semibold text-lg">
          {title}
        </h2>
        <div className="text-muted">{description}</div>
        {!mayControl && <p className="text-watch">{MAY_ONLY_READ}</p>}
        {fields}
        {action.error && <FailureNote error={action.error} />}
        <div className="mt-1 flex justify-end gap-2">
          <Button onClick={() => dialog.current?.close()}>Not now</Button>
          <Button type="submit" tone={tone} disabled={action.isPending || isMoot}>
            {action.isPending ? 'Sending …' : confirmLabel}
          </Button>
        </div>
      </form>
    </dialog>
  );
}

function trimmed(form: FormData): FormData {
  const texts = new FormData();
  for (const [name, value] of form) texts.append(name, typeof value === 'string' ? value.trim() : value);
  return texts;
}
