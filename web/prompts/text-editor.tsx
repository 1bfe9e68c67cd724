/**
 * A plain text field over a layer that marks its text: native undo, selection, search and spelling, and Tab leaves it.
 * The layer breaks its lines as the field does, because both have the same box, font and rules for breaking.
 */
import { memo, type RefObject, useDeferredValue, useMemo } from 'react';
import type { PromptVariables } from '../api/prompt-types.ts';
import { type MarkedPart, markLines } from './mark-text.ts';

interface TextEditorProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly label: string;
  readonly text: string;
  readonly variables: PromptVariables;
  /** Lines the server finds fault with, from one on. */
  readonly faultyLines: ReadonlySet<number>;
  readonly isInvalid: boolean;
  /** Id of the list that says what is wrong. */
  readonly problemsId: string;
  readonly onChange: (text: string) => void;
}

export function TextEditor(props: TextEditorProps) {
  const { field, label, text, variables, faultyLines, isInvalid, problemsId, onChange } = props;
  const lines = useMemo(() => markLines(text, variables), [text, variables]);
  const faulty = useDeferredValue(faultyLines);
  return (
    <div className="prompt-editor">
      <div aria-hidden="true" className="prompt-editor-layer">
        {lines.map((parts, index) => (
          <MarkedLine
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            key={index}
            words={parts.map(({ text: words }) => words).join('')}
            marks={parts.map(({ kind }) => kind).join(' ')}
            parts={parts}
            isFaulty={faulty.has(index + 1)}
          />
        ))}
      </div>
      <textarea
        ref={field}
        aria-label={label}
        aria-invalid={isInvalid}
        aria-describedby={problemsId}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

interface MarkedLineProps {
  /** Of one text and its marks there is one look: a line that keeps both is not drawn again. */
  readonly words: string;
  readonly marks: string;
  readonly parts: readonly MarkedPart[];
  readonly isFaulty: boolean;
}

const MarkedLine = memo(
  function MarkedLine({ parts, isFaulty }: MarkedLineProps) {
    const hasFault = isFaulty || parts.some(({ kind }) => kind === 'fault');
    return (
      <div className="prompt-editor-line" data-fault={hasFault || undefined}>
        {parts.map(({ text, kind }, index) =>
          kind === 'words' ? (
            text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line have no other name
            <span key={index} data-mark={kind}>
              {text}
            </span>
          ),
        )}
        {parts.length === 0 && '\u200b'}
      </div>
    );
  },
  (before, after) =>
    before.words === after.words && before.marks === after.marks && before.isFaulty === after.isFaulty,
);
