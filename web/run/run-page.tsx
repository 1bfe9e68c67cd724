import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { ApiFailure } from '../api/api-failure.ts';
import { approvalOfRunQuery, runQuery } from '../api/queries.ts';
import { useParams, useSearchParams } from '../router/router.tsx';
import { runTitle } from '../runs/run-words.ts';
import { useTitle } from '../shell/use-title.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { ViewTabs } from '../ui/view-tabs.tsx';
import { RunHeader } from './run-header.tsx';
import { type RunViewProps, VIEW_PARAMETER } from './run-view.ts';
import { FIRST_VIEW, RUN_VIEWS } from './run-views.ts';
import { RunWalk } from './run-walk.tsx';
import { UnknownRun } from './unknown-run.tsx';
import { useLiveRun } from './use-live-run.ts';

export function RunPage() {
  const { runId = '' } = useParams();
  const run = useQuery(runQuery(runId));
  // Asked for beside the run: its story waits for it.
  useQuery(approvalOfRunQuery(runId));
  useTitle(run.data ? runTitle(run.data.run) : 'Run');
  useLiveRun(run.data);
  if (run.error instanceof ApiFailure && run.error.problem.status === 404)
    return <UnknownRun runId={runId} />;
  return (
    <Loaded query={run} skeleton={<SkeletonRows rows={4} className="h-40" />}>
      {(answer) => <RunViews answer={answer} readAtMs={run.dataUpdatedAt} />}
    </Loaded>
  );
}

/** What the run came to, and the view of it that the address names. */
function RunViews({ answer, readAtMs }: RunViewProps) {
  const [search] = useSearchParams();
  const asked = search.get(VIEW_PARAMETER) ?? FIRST_VIEW;
  const name = RUN_VIEWS.has(asked) ? asked : FIRST_VIEW;
  const shown = RUN_VIEWS.get(name);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <RunHeader answer={answer} />
      <div className="flex flex-col-reverse sm:flex-row sm:items-stretch">
        <div className="min-w-0 grow">
          <ViewTabs
            label="Views of the run"
            parameter={VIEW_PARAMETER}
            views={[...RUN_VIEWS].map(([view, { label }]) => ({ name: view, label }))}
            current={name}
          />
        </div>
        <RunWalk runId={answer.run.runId} />
      </div>
      <Suspense fallback={<SkeletonRows rows={4} className="h-40" />}>
        {shown && <shown.View answer={answer} readAtMs={readAtMs} />}
      </Suspense>
    </div>
  );
}
