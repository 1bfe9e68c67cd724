import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useRef } from 'react';
import { promptQuery } from '../api/prompt-queries.ts';
import type { PromptDetail } from '../api/prompt-types.ts';
import { insertAtCaret, showStretch } from '../prompts/edit-field.ts';
import { ProblemList } from '../prompts/problem-list.tsx';
import { TextEditor } from '../prompts/text-editor.tsx';
import { useCheck } from '../prompts/use-check.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { type PromptPick, SAME } from './fork-choices.ts';

interface PromptChoiceProps {
  readonly name: string;
  /** What the run had; null where its set is not on record. */
  readonly ofRun: number | null;
  readonly pick: PromptPick;
  /** Why its text was not taken. */
  readonly refusal: unknown;
  readonly onPick: (pick: PromptPick) => void;
}

/** One prompt as it was, in another version, or rewritten. */
export function PromptChoice(props: PromptChoiceProps) {
  const detail = useQuery(promptQuery(props.name));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 border-line border-t p-3">
      <legend className="sr-only">Prompt {props.name}</legend>
      <Loaded query={detail} skeleton={<SkeletonRows rows={1} className="h-12" />}>
        {(found) => <Choice detail={found} {...props} />}
      </Loaded>
    </fieldset>
  );
}

const EDITED = 'edited';

function Choice({ detail, ofRun, pick, refusal, onPick }: PromptChoiceProps & { detail: PromptDetail }) {
  const { name, versions, latestVersion } = detail;
  const choices = [
    { value: '', label: ofRun === null ? 'As the run had it' : `As the run had it: version ${ofRun}` },
    { value: EDITED, label: 'Rewritten below' },
    ...versions
      .filter(({ version }) => version !== ofRun)
      .map(({ version, message }) => ({ value: String(version), label: `Version ${version}: ${message}` })),
  ];
  const base = versions.find(({ version }) => version === ofRun) ?? versions[0];
  function choose(value: string) {
    if (value === '') onPick(SAME);
    else if (value === EDITED && base)
      onPick({ kind: EDITED, text: base.text, base, basedOn: latestVersion });
    else onPick({ kind: 'version', version: Number(value) });
  }
  const value = pick.kind === 'same' ? '' : pick.kind === 'version' ? String(pick.version) : EDITED;
  return (
    <>
      <ChoiceField
        label={`Prompt ${name}`}
        value={value}
        choices={choices}
        onChange={({ target }) => choose(target.value)}
      />
      {pick.kind === EDITED && (
        <EditedText
          detail={detail}
          pick={pick}
          onChange={(text) => onPick({ ...pick, text, basedOn: latestVersion })}
        />
      )}
      {refusal !== null && <FailureNote error={refusal} />}
    </>
  );
}

function EditedText({
  detail: { name, variables },
  pick: { text, base },
  onChange,
}: {
  detail: PromptDetail;
  pick: Extract<PromptPick, { kind: 'edited' }>;
  onChange: (text: string) => void;
}) {
  const field = useRef<HTMLTextAreaElement>(null);
  const problemsId = useId();
  const check = useCheck(name, { text, config: base.config });
  const problems = check.checked?.problems ?? [];
  const faultyLines = useMemo(
    () => new Set(check.isFresh ? (check.checked?.problems ?? []).flatMap(({ at }) => at?.line ?? []) : []),
    [check.isFresh, check.checked],
  );
  return (
    <div className="overflow-hidden rounded-md border border-line-strong">
      <div className="max-h-[60dvh] overflow-y-auto">
        <TextEditor
          field={field}
          label={`New text of the prompt ${name}`}
          text={text}
          variables={variables}
          faultyLines={faultyLines}
          isInvalid={problems.length > 0}
          problemsId={problemsId}
          onChange={onChange}
        />
      </div>
      <ProblemList
        id={problemsId}
        check={check}
        onShow={({ at }) => at && field.current && showStretch(field.current, at.from, at.to)}
        onInsert={(variable) => field.current && insertAtCaret(field.current, `{{${variable}}}`)}
      />
    </div>
  );
}
