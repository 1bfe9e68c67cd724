import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiFailure } from '../api/api-failure.ts';
import { askAllAgain } from '../api/ask-again.ts';
import { requestJson } from '../api/client.ts';
import { type SessionAnswer, tellSession } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { TextField } from '../ui/field.tsx';
import { useSession } from './use-session.ts';

/** By PIN where there is one, by key else or when that is wished. */
export function LogInForm({
  headingId,
  heading,
  words,
}: {
  headingId: string;
  heading: string;
  words: string;
}) {
  const client = useQueryClient();
  const { logIns } = useSession();
  const [wish, setWish] = useState<'key' | 'pin' | null>(null);
  const method = wish ?? logIns[0] ?? 'key';
  const other = logIns.find((one) => one !== method);
  const logIn = useMutation({
    async mutationFn(form: FormData) {
      const given = String(form.get(method) ?? '').trim();
      tellSession(
        await requestJson<SessionAnswer>('/api/session', { method: 'POST', body: { [method]: given } }),
      );
      askAllAgain(client);
    },
  });
  const problem = logIn.error instanceof ApiFailure ? logIn.error.problem : null;
  const isWrong = problem?.status === 401;
  return (
    <form
      aria-labelledby={headingId}
      className="flex flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!logIn.isPending) logIn.mutate(new FormData(event.currentTarget));
      }}
    >
      <h1 id={headingId} className="font-semibold text-lg">
        {heading}
      </h1>
      <p className={isWrong ? 'text-down' : 'text-muted'} role="status">
        {isWrong ? `That is not the ${method === 'pin' ? 'PIN' : 'key'} of this desk.` : words}
      </p>
      {logIn.error && !isWrong && <FailureNote error={logIn.error} />}
      <TextField
        key={method}
        label={method === 'pin' ? 'PIN' : 'API key'}
        name={method}
        type="password"
        inputMode={method === 'pin' ? 'numeric' : 'text'}
        required
        autoFocus
        autoComplete="current-password"
      />
      <Button type="submit" tone="primary" disabled={logIn.isPending}>
        {logIn.isPending ? 'Asking …' : 'Log in'}
      </Button>
      {other && (
        <Button
          tone="quiet"
          onClick={() => {
            logIn.reset();
            setWish(other);
          }}
        >
          {other === 'pin' ? 'Use the PIN instead' : 'Use the API key instead'}
        </Button>
      )}
    </form>
  );
}
