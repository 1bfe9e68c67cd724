import { useMutation } from '@tanstack/react-query';
import { type ChangeEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { readPromptFile } from '../api/prompt-actions.ts';
import type { PromptDetail, PromptVersion } from '../api/prompt-types.ts';
import { formatCount } from '../format/number.ts';
import { Button } from '../ui/button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Panel } from '../ui/panel.tsx';
import { downloadText } from './download-text.ts';
import { insertAtCaret, replaceText, showStretch } from './edit-field.ts';
import { ProblemList } from './problem-list.tsx';
import { promptFileText } from './prompt-file.ts';
import { SaveDialog } from './save-dialog.tsx';
import { SettingsFields } from './settings-fields.tsx';
import { TextEditor } from './text-editor.tsx';
import type { DraftCheck } from './use-check.ts';
import type { EditedDraft } from './use-draft.ts';

interface EditorPanelProps {
  readonly detail: PromptDetail;
  readonly base: PromptVersion;
  readonly edited: EditedDraft;
  readonly check: DraftCheck;
  /** Called once the draft is a version. */
  readonly onSaved: () => void;
}

/** The text in the making: written, checked, counted and saved. */
export function EditorPanel({ detail, base, edited, check, onSaved }: EditorPanelProps) {
  const { name, variables } = detail;
  const { draft, isDirty, change } = edited;
  const field = useRef<HTMLTextAreaElement>(null);
  const problemsId = useId();
  const [isSaving, setSaving] = useState(false);
  const problems = check.checked?.problems ?? [];
  const faultyLines = useMemo(
    () => new Set(check.isFresh ? (check.checked?.problems ?? []).flatMap(({ at }) => at?.line ?? []) : []),
    [check.isFresh, check.checked],
  );
  const mayBeSaved = isDirty && problems.length === 0 && check.isFresh;
  useSaveKey(() => mayBeSaved && setSaving(true));

  return (
    <Panel
      title={`Version ${base.version}`}
      note={
        <span role="status" className={isDirty ? 'font-medium text-watch' : ''}>
          {isDirty ? 'with unsaved changes, kept in this tab' : `by ${base.author}`}
        </span>
      }
      actions={
        <Button
          tone="primary"
          disabled={!mayBeSaved}
          aria-keyshortcuts="Control+S Meta+S"
          title="Ctrl+S or ⌘S"
          onClick={() => setSaving(true)}
        >
          Save version
        </Button>
      }
    >
      <EditorTools detail={detail} edited={edited} field={field} />
      {name !== 'rules' && (
        <SettingsFields config={draft.config} problems={problems} onChange={(config) => change({ config })} />
      )}
      <div className="max-h-[70dvh] overflow-y-auto">
        <TextEditor
          field={field}
          label={`Text of the prompt ${name}`}
          text={draft.text}
          variables={variables}
          faultyLines={faultyLines}
          isInvalid={problems.length > 0}
          problemsId={problemsId}
          onChange={(text) => change({ text })}
        />
      </div>
      <TokenLine check={check} />
      <ProblemList
        id={problemsId}
        check={check}
        onShow={({ at }) => at && field.current && showStretch(field.current, at.from, at.to)}
        onInsert={(variable) => field.current && insertAtCaret(field.current, `{{${variable}}}`)}
      />
      {isSaving && (
        <SaveDialog detail={detail} edited={edited} onSaved={onSaved} onClose={() => setSaving(false)} />
      )}
    </Panel>
  );
}

function TokenLine({ check: { checked, isFresh } }: { check: DraftCheck }) {
  const { system = 0, evidence = 0 } = checked?.tokens ?? {};
  const words =
    checked === null
      ? 'Counting tokens …'
      : `${formatCount(system + evidence)} tokens as written: ${formatCount(system)} system, ${formatCount(evidence)} evidence (o200k, before variables are filled in)`;
  return (
    <p className={`min-h-8 border-line border-t px-3 py-2 text-xs ${isFresh ? 'text-muted' : 'text-faint'}`}>
      {words}
    </p>
  );
}

interface EditorToolsProps extends Pick<EditorPanelProps, 'detail' | 'edited'> {
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
}

function EditorTools({ detail: { name }, edited, field }: EditorToolsProps) {
  const { draft, isDirty, change, discard } = edited;
  const file = useRef<HTMLInputElement>(null);
  const reading = useMutation({
    mutationFn: async (chosen: File) => readPromptFile(name, await chosen.text()),
    onSuccess({ text, config }) {
      if (field.current) replaceText(field.current, text);
      change({ text, config: { ...config } });
    },
  });
  function onFile({ target }: ChangeEvent<HTMLInputElement>) {
    const [chosen] = target.files ?? [];
    if (chosen) reading.mutate(chosen);
    // The same file may be chosen again after it was changed.
    target.value = '';
  }
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-2">
      <Button icon="download" onClick={() => downloadText(`${name}.md`, promptFileText(name, draft))}>
        Download .md
      </Button>
      <Button disabled={reading.isPending} onClick={() => file.current?.click()}>
        {reading.isPending ? 'Reading …' : 'Upload .md'}
      </Button>
      <input
        ref={file}
        type="file"
        accept=".md,text/markdown,text/plain"
        aria-label="File to put into the editor"
        className="hidden"
        onChange={onFile}
      />
      <Button tone="quiet" disabled={!isDirty} onClick={discard}>
        Discard changes
      </Button>
      {reading.error && (
        <div className="w-full">
          <FailureNote error={reading.error} />
        </div>
      )}
    </div>
  );
}

/** The browser's own Save would store the page, which nobody wants here. */
function useSaveKey(save: () => void): void {
  const latest = useRef(save);
  useEffect(() => {
    latest.current = save;
  });
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (
        event.key.toLowerCase() !== 's' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      latest.current();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
