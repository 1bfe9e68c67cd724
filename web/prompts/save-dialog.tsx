import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Post } from '../api/idempotent-post.ts';
import { saveVersion } from '../api/prompt-actions.ts';
import { promptQuery } from '../api/prompt-queries.ts';
import type { PromptDetail, PromptVersion } from '../api/prompt-types.ts';
import { withPageTimes } from '../format/time.ts';
import { sentence } from '../format/words.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';
import { ChoiceField, TextField } from '../ui/field.tsx';
import { DraftDiff } from './draft-diff.tsx';
import { EffectNote } from './effect-note.tsx';
import { CANDIDATE, PRODUCTION } from './prompt-words.ts';
import type { EditedDraft } from './use-draft.ts';

interface SaveDialogProps {
  readonly detail: PromptDetail;
  readonly edited: EditedDraft;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const AFTERWARDS = [
  { value: '', label: 'Only save it' },
  { value: CANDIDATE, label: 'Save it and make it the candidate' },
  { value: PRODUCTION, label: 'Save it and put it into production' },
];

/** Saves the draft as a version. Where somebody has saved since it was begun, shows that first and asks. */
export function SaveDialog({ detail, edited, onSaved, onClose }: SaveDialogProps) {
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const { name, latestVersion, versions } = detail;
  const { draft, basedOn } = edited;
  // What came while this was open has not been agreed to: the server refuses, and the answer is shown.
  const [agreedTo, setAgreedTo] = useState(latestVersion);
  const newer = latestVersion > basedOn ? versions[0] : undefined;
  const { queryKey } = promptQuery(name);

  async function act(form: FormData, post: Post): Promise<Outcome> {
    const message = String(form.get('message'));
    try {
      const saved = await saveVersion(post, name, {
        ...{ text: draft.text, config: draft.config, message, basedOn: agreedTo },
        ...(label !== '' && { label }),
      });
      await client.invalidateQueries({ queryKey });
      onSaved();
      return { words: `${sentence(withPageTimes(saved.message))}.` };
    } catch (error) {
      await client.invalidateQueries({ queryKey });
      setAgreedTo(client.getQueryData(queryKey)?.latestVersion ?? agreedTo);
      throw error;
    }
  }

  return (
    <ActionDialog
      title={newer ? `Save on top of version ${newer.version}?` : `Save as version ${latestVersion + 1}?`}
      confirmLabel={newer ? `Save on top of version ${newer.version}` : 'Save version'}
      tone={newer ? 'danger' : 'primary'}
      description={
        <>
          {newer && <NewerVersion newer={newer} edited={edited} />}
          <p>
            It is tried on a recorded question first, and refused where the answer no longer has the agent’s
            shape. Versions never change: this one stays whatever comes after it.
          </p>
        </>
      }
      fields={
        <>
          <TextField
            label="Message"
            name="message"
            required
            maxLength={300}
            hint="What is changed, and why"
          />
          <ChoiceField
            label="And then"
            name="label"
            value={label}
            onChange={(event) => setLabel(event.target.value)}
            choices={AFTERWARDS}
          />
          <p className="min-h-5 text-muted text-xs" role="status">
            {label === PRODUCTION && (
              <>
                Production <EffectNote name={name} />.
              </>
            )}
            {label === CANDIDATE && 'The candidate runs beside production without orders.'}
          </p>
        </>
      }
      act={act}
      onClose={onClose}
    />
  );
}

function NewerVersion({ newer, edited }: { newer: PromptVersion; edited: EditedDraft }) {
  return (
    <div
      role="alert"
      className="mb-3 flex flex-col gap-2 rounded-md border border-watch/45 bg-watch-soft p-3 text-ink"
    >
      <p>
        <strong>Version {newer.version} was saved since you began</strong>, by {newer.author}: “
        {newer.message}”. Yours goes on top of it, and this is what it changes there:
      </p>
      <DraftDiff version={newer} draft={edited.draft} />
    </div>
  );
}
