import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { previewQuery } from '../api/prompt-queries.ts';
import type { ChosenQuestion, Draft, Preview } from '../api/prompt-types.ts';
import { formatCount } from '../format/number.ts';
import { baseName } from '../format/words.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { wordsOf } from './prompt-words.ts';
import type { DraftCheck } from './use-check.ts';
import { useSettled } from './use-settled.ts';

interface PreviewViewProps {
  readonly name: string;
  readonly draft: Draft;
  readonly check: DraftCheck;
  readonly question: ChosenQuestion;
}

const AFTER_TYPING_MS = 700;

/** What a model would be sent, with what code filled in marked. Nobody is asked. */
export function PreviewView({ name, draft, check, question }: PreviewViewProps) {
  const { text, config } = draft;
  const { temperature, maxOutputTokens } = config;
  const given = useMemo(
    () => ({ text, config: { temperature, maxOutputTokens } }),
    [text, temperature, maxOutputTokens],
  );
  const settled = useSettled(given, AFTER_TYPING_MS);
  const isSound = check.checked?.problems.length === 0;
  const isLookedAt = isSound && check.isFresh && settled === given;
  const preview = useQuery({ ...previewQuery(name, settled, question), enabled: isLookedAt });
  const isOld = !isLookedAt || preview.isPlaceholderData;
  if (preview.error && isLookedAt)
    return <FailureNote error={preview.error} onRetry={() => void preview.refetch()} />;
  if (preview.data === undefined)
    return isSound || check.checked === null ? <SkeletonRows rows={6} className="h-16" /> : <Unsound />;
  return (
    <div aria-busy={isOld}>
      <p role="status" className="min-h-6 px-3 pt-2 text-muted text-xs">
        {!isSound && check.checked !== null
          ? 'Of the text before it had a problem'
          : isOld
            ? 'Of an earlier text; rendering …'
            : 'What is marked was filled in by code'}
      </p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        aria-label="What the model would be sent"
        className="max-h-[75dvh] overflow-y-auto border-line border-t focus-visible:-outline-offset-2"
      >
        {preview.data.items.map((item) => (
          <PreviewedQuestion key={item.agent} preview={item} isAlone={preview.data.items.length === 1} />
        ))}
      </section>
    </div>
  );
}

function Unsound() {
  return (
    <EmptyState title="The text has a problem">
      It is shown as the model would read it once every variable is in its place.
    </EmptyState>
  );
}

function PreviewedQuestion({ preview, isAlone }: { preview: Preview; isAlone: boolean }) {
  const { agent, symbol, promptTokens, messages } = preview;
  return (
    <details open={isAlone} className="border-line border-t first:border-t-0">
      <summary className="min-h-10 px-3 py-2">
        <span className="font-semibold">
          {wordsOf(agent).title}
          {symbol && ` · ${baseName(symbol)}`}
        </span>{' '}
        <span className="text-muted">
          {formatCount(promptTokens)} tokens with the answer’s schema (o200k; the provider counts its own)
        </span>
      </summary>
      {messages.map(({ role, parts }, index) => (
        <section
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no other name
          key={index}
          aria-label={`${role} message`}
          className="border-line border-t px-3 py-2"
        >
          <h3 className="pb-1 font-semibold text-muted text-xs">{role}</h3>
          <div className="whitespace-pre-wrap break-words font-mono text-xs leading-5">
            {parts.map((part, place) =>
              part.variable === null ? (
                part.text
              ) : (
                <mark
                  // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
                  key={place}
                  title={`{{${part.variable}}}`}
                  className="rounded-sm bg-agent-soft text-ink"
                >
                  {part.text}
                </mark>
              ),
            )}
          </div>
        </section>
      ))}
    </details>
  );
}
