import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { keyState, onKeyChange, saveKey } from '../api/api-key.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

/** Asks for the API key when the server wants one. */
export function ApiKeyGate() {
  const { key, wanted } = useSyncExternalStore(onKeyChange, keyState);
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (wanted) dialog.current?.showModal();
    else dialog.current?.close();
  }, [wanted]);

  function submit(form: FormData) {
    const typed = String(form.get('key') ?? '').trim();
    if (typed === '') return;
    saveKey(typed, { remember: form.get('remember') === 'on' });
    void client.resetQueries();
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby="key-heading"
      onCancel={(event) => event.preventDefault()}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-lg border border-line-strong bg-surface p-4 text-ink shadow-xl"
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit(new FormData(event.currentTarget));
        }}
      >
        <h2 id="key-heading" className="font-semibold text-lg">
          This desk wants its API key
        </h2>
        <p className="text-muted">
          {key === null
            ? 'It is the value of API_KEY on the server. It is sent to this server only.'
            : 'The server did not accept that key. Check it against API_KEY on the server.'}
        </p>
        <TextField label="API key" name="key" type="password" required autoComplete="current-password" />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="remember" className="size-4 accent-accent" />
          Remember it on this device
        </label>
        <Button type="submit" tone="primary">
          Open the desk
        </Button>
      </form>
    </dialog>
  );
}
