import { useQuery } from '@tanstack/react-query';
import { diffQuery } from '../api/prompt-queries.ts';
import type { PromptDetail } from '../api/prompt-types.ts';
import { plural } from '../format/words.ts';
import { useSearchParams } from '../router/router.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ChoiceField } from '../ui/field.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { DiffView } from './diff-view.tsx';
import { PRODUCTION } from './prompt-words.ts';

export const FROM = 'from';
export const TO = 'to';

/** Any two versions side by side; production and the newest until others are chosen. */
export function CompareView({ detail }: { detail: PromptDetail }) {
  const [search, setSearch] = useSearchParams();
  const { name, versions, labels, latestVersion } = detail;
  const numbered = (parameter: string) => {
    const version = Number(search.get(parameter));
    return versions.some((one) => one.version === version) ? version : null;
  };
  const to = numbered(TO) ?? latestVersion;
  const from = numbered(FROM) ?? otherThan(to, labels[PRODUCTION], versions[1]?.version);
  const diff = useQuery(diffQuery(name, from, to));

  function choose(parameter: string, version: string) {
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(FROM, String(from));
        next.set(TO, String(to));
        next.set(parameter, version);
        return next;
      },
      { replace: true },
    );
  }

  const choices = versions.map(({ version, message }) => ({
    value: String(version),
    label: `${version}${labelsOf(labels, version)}: ${message}`,
  }));
  if (versions.length < 2)
    return (
      <EmptyState title="One version so far">
        There is something to compare once a second one is saved.
      </EmptyState>
    );
  return (
    <>
      <div className="grid grid-cols-2 gap-2 border-line border-b p-3">
        <ChoiceField
          label="From version"
          value={String(from)}
          choices={choices}
          onChange={({ target }) => choose(FROM, target.value)}
        />
        <ChoiceField
          label="To version"
          value={String(to)}
          choices={choices}
          onChange={({ target }) => choose(TO, target.value)}
        />
      </div>
      <Loaded query={diff} skeleton={<SkeletonRows rows={8} className="h-5" />}>
        {({ unified, addedLines, removedLines }) => (
          <div aria-busy={diff.isPlaceholderData}>
            <p role="status" className="px-3 py-2 text-muted text-xs">
              {plural(addedLines, 'line')} came, {plural(removedLines, 'line')} went
            </p>
            <DiffView unified={unified} left={`version ${from}`} right={`version ${to}`} />
          </div>
        )}
      </Loaded>
    </>
  );
}

function otherThan(version: number, ...candidates: readonly (number | undefined)[]): number {
  return candidates.find((one) => one !== undefined && one !== version) ?? version;
}

function labelsOf(labels: PromptDetail['labels'], version: number): string {
  const names = Object.keys(labels).filter((label) => labels[label] === version);
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}
