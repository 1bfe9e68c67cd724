import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiFailure } from '../api/api-failure.ts';
import { keyState, saveKey } from '../api/api-key.ts';
import { requestJson } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { TextField } from '../ui/field.tsx';
import { useTitle } from './use-title.ts';

/** Asks for the API key when the server wants one, and shows nothing else until it is right. */
export function ApiKeyPage() {
  useTitle('API key');
  const client = useQueryClient();
  const opening = useMutation({
    async mutationFn(form: FormData) {
      const key = String(form.get('key') ?? '').trim();
      await requestJson('/api/state', { key });
      client.clear();
      saveKey(key, { remember: form.get('remember') === 'on' });
    },
  });
  const isWrong =
    opening.error instanceof ApiFailure
      ? opening.error.problem.status === 401
      : keyState().key !== null && !opening.error;
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <form
        aria-labelledby="key-heading"
        className="flex w-[min(26rem,100%)] flex-col gap-3 rounded-lg border border-line-strong bg-surface p-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!opening.isPending) opening.mutate(new FormData(event.currentTarget));
        }}
      >
        <h1 id="key-heading" className="font-semibold text-lg">
          This desk wants its API key
        </h1>
        <p className={isWrong ? 'text-down' : 'text-muted'} role="status">
          {isWrong
            ? 'The server did not accept that key. Check it against API_KEY on the server.'
            : 'It is the value of API_KEY on the server. It is sent to this server only.'}
        </p>
        {opening.error && !isWrong && <FailureNote error={opening.error} />}
        <TextField
          label="API key"
          name="key"
          type="password"
          required
          autoFocus
          autoComplete="current-password"
        />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="remember" className="size-4 accent-accent" />
          Remember it on this device
        </label>
        <Button type="submit" tone="primary" disabled={opening.isPending}>
          {opening.isPending ? 'Asking …' : 'Open the desk'}
        </Button>
      </form>
    </main>
  );
}
