import { LogInForm } from './log-in-form.tsx';
import { useTitle } from './use-title.ts';

/** Alone until this browser has logged in; the address stays, so the page that was asked for comes next. */
export function LogInPage() {
  useTitle('Log in');
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-[min(24rem,100%)] rounded-lg border border-line-strong bg-surface">
        <LogInForm
          headingId="log-in-heading"
          heading="Log in to this desk"
          words="It is sent to this server only, and not kept in this browser."
        />
      </div>
    </main>
  );
}
