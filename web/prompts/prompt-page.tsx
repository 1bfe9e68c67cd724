import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiFailure } from '../api/api-failure.ts';
import { promptQuery } from '../api/prompt-queries.ts';
import type { PromptDetail, PromptVersion } from '../api/prompt-types.ts';
import { formatWallTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useParams, useSearchParams } from '../router/router.tsx';
import { useTitle } from '../shell/use-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { showToast } from '../ui/toast-queue.ts';
import { EditorPanel } from './editor-panel.tsx';
import { LabelBadge } from './label-panel.tsx';
import { VERSION } from './prompt-view.ts';
import { PromptViews } from './prompt-views.tsx';
import { wordsOf } from './prompt-words.ts';
import { useCheck } from './use-check.ts';
import { useDraft, useDraftVersions } from './use-draft.ts';

/** One prompt: its text in the making, and all there is to know of it. */
export function PromptPage() {
  const { name = '' } = useParams();
  const { title } = wordsOf(name);
  useTitle(`Prompt: ${title}`);
  const prompt = useQuery(promptQuery(name));
  if (prompt.error instanceof ApiFailure && prompt.error.problem.status === 404)
    return <UnknownPrompt name={name} />;
  return (
    <Loaded query={prompt} skeleton={<SkeletonRows rows={6} className="h-24" />}>
      {(detail) => <Workbench key={name} detail={detail} />}
    </Loaded>
  );
}

function Workbench({ detail }: { detail: PromptDetail }) {
  const { name, versions, latestVersion } = detail;
  const [search, setSearch] = useSearchParams();
  const drafts = useDraftVersions(name);
  const asked = Number(search.get(VERSION));
  const shown = versions.some(({ version }) => version === asked) ? asked : (drafts[0] ?? latestVersion);
  const base = versions.find(({ version }) => version === shown) ?? versions[0];
  if (base === undefined) return <UnknownPrompt name={name} />;
  return (
    <VersionBench
      detail={detail}
      base={base}
      others={drafts.filter((version) => version !== base.version)}
      onSaved={() =>
        setSearch(
          (before) => {
            const next = new URLSearchParams(before);
            next.delete(VERSION);
            return next;
          },
          { replace: true },
        )
      }
    />
  );
}

interface VersionBenchProps {
  readonly detail: PromptDetail;
  readonly base: PromptVersion;
  /** Versions from which other unsaved texts of this tab were begun. */
  readonly others: readonly number[];
  readonly onSaved: () => void;
}

function VersionBench({ detail, base, others, onSaved }: VersionBenchProps) {
  const edited = useDraft(detail.name, base, detail.latestVersion);
  const check = useCheck(detail.name, edited.draft);
  useWordOnLeaving(detail.name, edited.isDirty);
  return (
    <>
      <PromptHeading detail={detail} />
      <StandingNotes
        detail={detail}
        base={base}
        basedOn={edited.basedOn}
        isDirty={edited.isDirty}
        others={others}
      />
      <div className="grid items-start gap-4 xl:grid-cols-2 [&>*]:min-w-0">
        <EditorPanel
          detail={detail}
          base={base}
          edited={edited}
          check={check}
          onSaved={() => {
            onSaved();
            edited.discard();
          }}
        />
        <PromptViews detail={detail} shown={base.version} edited={edited} check={check} />
      </div>
    </>
  );
}

function PromptHeading({ detail: { name, labels, latestVersion } }: { detail: PromptDetail }) {
  const { title, task } = wordsOf(name);
  return (
    <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 pb-3">
      <h1 className="font-semibold text-lg">{title}</h1>
      <p className="text-muted">{task}</p>
      <p className="flex flex-wrap items-center gap-2 text-muted text-xs sm:ml-auto">
        {Object.entries(labels).map(([label, version]) => (
          <span key={label} className="flex items-center gap-1">
            <LabelBadge label={label} /> version {version}
          </span>
        ))}
        <span>newest: version {latestVersion}</span>
        <Link to="/prompts" className="text-accent underline underline-offset-2">
          All prompts
        </Link>
      </p>
    </header>
  );
}

interface StandingNotesProps extends Pick<VersionBenchProps, 'detail' | 'base' | 'others'> {
  readonly basedOn: number;
  readonly isDirty: boolean;
}

/** What the reader of this text should know of other ones. */
function StandingNotes({ detail, base, basedOn, isDirty, others }: StandingNotesProps) {
  const { latestVersion, versions } = detail;
  const newest = versions[0];
  const cameSince = isDirty && latestVersion > basedOn && newest !== undefined;
  return (
    <div role="status" className="flex flex-col gap-2 [&>p]:mb-3">
      {cameSince && (
        <p className="rounded-md border border-watch/45 bg-watch-soft px-3 py-2">
          <strong>Version {newest.version} was saved since you began</strong>,{' '}
          {formatWallTime(newest.createdAtMs)} by {newest.author}: “{newest.message}”. Your text is kept;
          saving shows the difference and asks. <VersionLink version={newest.version}>Open it</VersionLink>
        </p>
      )}
      {!isDirty && base.version < latestVersion && (
        <p className="rounded-md border border-line bg-raised px-3 py-2">
          This is an older version. What you save from it becomes version {latestVersion + 1}.{' '}
          <VersionLink version={latestVersion}>Open the newest</VersionLink>
        </p>
      )}
      {others.map((version) => (
        <p key={version} className="rounded-md border border-line bg-raised px-3 py-2">
          Unsaved changes that you began from version {version} are kept in this tab.{' '}
          <VersionLink version={version}>Go on with them</VersionLink>
        </p>
      ))}
    </div>
  );
}

function VersionLink({ version, children }: { version: number; children: string }) {
  const [search] = useSearchParams();
  const to = {
    search: `?${new URLSearchParams({ ...Object.fromEntries(search), [VERSION]: String(version) })}`,
  };
  return (
    <Link to={to} className="text-accent underline underline-offset-2">
      {children}
    </Link>
  );
}

/** Nothing unsaved is lost by going to another page, and the reader is told where it is. */
function useWordOnLeaving(name: string, isDirty: boolean): void {
  const wasDirty = useRef(isDirty);
  useEffect(() => {
    wasDirty.current = isDirty;
  });
  useEffect(() => {
    const path = `/prompts/${encodeURIComponent(name)}`;
    return () => {
      if (!wasDirty.current || location.pathname === path) return;
      showToast(
        <>
          Your unsaved changes of {wordsOf(name).title} are kept in this tab.{' '}
          <Link to={path} className="text-accent underline underline-offset-2">
            Go back to them
          </Link>
        </>,
      );
    };
  }, [name]);
}

function UnknownPrompt({ name }: { name: string }) {
  return (
    <EmptyState
      title={`There is no prompt “${name}”`}
      action={
        <Link to="/prompts" className="text-accent underline underline-offset-2">
          See all prompts
        </Link>
      }
    >
      The address may be mistyped.
    </EmptyState>
  );
}
