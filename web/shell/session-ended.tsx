import { useEffect, useRef } from 'react';
import { LogInForm } from './log-in-form.tsx';

/** Over the page that is open, which keeps what was typed there. It cannot be put away. */
export function SessionEnded() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby="session-ended-heading"
      onCancel={(event) => event.preventDefault()}
      className="m-auto w-[min(24rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-surface p-0 text-ink shadow-xl"
    >
      <LogInForm
        headingId="session-ended-heading"
        heading="Your session has ended"
        words="Log in again to go on. Nothing on this page is lost."
      />
    </dialog>
  );
}
