import { useQuery } from '@tanstack/react-query';
import type { ComparedPrompt } from '#domain/run-comparison.ts';
import { diffQuery } from '../api/prompt-queries.ts';
import { DiffView } from '../prompts/diff-view.tsx';
import { Link } from '../router/link.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { WideBox } from '../ui/wide-box.tsx';

/** What the two were told otherwise. */
export function PromptDiffs({ prompts }: { prompts: readonly ComparedPrompt[] }) {
  if (prompts.length === 0)
    return (
      <Panel title="Prompts" className="min-h-24">
        <EmptyState title="Both were asked with the same versions" />
      </Panel>
    );
  return prompts.map((prompt) => <PromptDiff key={prompt.name} prompt={prompt} />);
}

function PromptDiff({ prompt: { name, was, is } }: { prompt: ComparedPrompt }) {
  const words = `version ${was ?? 'unknown'} → ${is ?? 'unknown'}`;
  return (
    <Panel
      title={`Prompt ${name}`}
      note={words}
      actions={
        <Link
          to={`/prompts/${encodeURIComponent(name)}`}
          className="text-accent text-xs underline underline-offset-2"
        >
          its history
        </Link>
      }
    >
      {was === null || is === null ? (
        <EmptyState title="One side does not tell its version">
          The set of prompts of that run is not on record.
        </EmptyState>
      ) : (
        <VersionDiff name={name} was={was} is={is} />
      )}
    </Panel>
  );
}

function VersionDiff({ name, was, is }: { name: string; was: number; is: number }) {
  const diff = useQuery(diffQuery(name, was, is));
  return (
    <Loaded query={diff} skeleton={<SkeletonRows rows={4} className="h-5" />}>
      {({ unified }) => (
        <WideBox label={`What changed in the prompt ${name}`}>
          <DiffView unified={unified} left={`version ${was}`} right={`version ${is}`} />
        </WideBox>
      )}
    </Loaded>
  );
}
