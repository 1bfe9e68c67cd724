import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { requestJson } from '../api/client.ts';
import { loggedOut } from '../api/session.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { MAY_ONLY_READ } from '../ui/control-button.tsx';
import { useSession } from './use-session.ts';

/** What this session may do, and its end. Nothing where nobody has to log in. */
export function SessionControls() {
  const { method, scope } = useSession();
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  if (method === null || method === 'none') return null;
  return (
    <>
      {scope === 'read' && (
        <span className="max-sm:sr-only">
          <Badge tone="watch" title={MAY_ONLY_READ}>
            Read only
          </Badge>
        </span>
      )}
      <Button tone="quiet" icon="leave" className="px-2" title="Log out" onClick={() => setAsked(true)}>
        <span className="max-sm:sr-only">Log out</span>
      </Button>
      {isAsked && (
        <ActionDialog
          title="Log out?"
          description="This browser has to log in again before it sees the desk. The desk goes on trading."
          confirmLabel="Log out"
          isReading
          fields={
            scope === 'control' && (
              <label className="flex items-center gap-2">
                <input type="checkbox" name="everywhere" className="size-4 accent-accent" />
                Log out every browser
              </label>
            )
          }
          act={async (form) => {
            const path = form.get('everywhere') === 'on' ? '/api/sessions' : '/api/session';
            await requestJson(path, { method: 'DELETE' });
            loggedOut();
            client.clear();
            return { words: 'Logged out.' };
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  );
}
