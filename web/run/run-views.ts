/** The views of one run, each a tab of its page. A view is added here, as a lazy chunk of its own. */
import type { ComponentType } from 'react';
import { lazyPart } from '../api/lazy-part.ts';
import { RunStory } from './run-story.tsx';
import type { RunViewProps } from './run-view.ts';

interface RunView {
  readonly label: string;
  readonly View: ComponentType<RunViewProps>;
}

const RunTrace = lazyPart(() => import('./run-trace.tsx').then((view) => view.RunTrace));
const RunLog = lazyPart(() => import('./run-log.tsx').then((view) => view.RunLog));
const RunLineage = lazyPart(() => import('../lineage/run-lineage.tsx').then((view) => view.RunLineage));
const OtherRuns = lazyPart(() => import('../comparison/other-runs.tsx').then((view) => view.OtherRuns));

export const FIRST_VIEW = 'story';

/** By the word that names them in the address. */
export const RUN_VIEWS: ReadonlyMap<string, RunView> = new Map<string, RunView>([
  [FIRST_VIEW, { label: 'Story', View: RunStory }],
  ['trace', { label: 'Trace', View: RunTrace }],
  ['log', { label: 'Log', View: RunLog }],
  ['lineage', { label: 'Lineage', View: RunLineage }],
  ['compare', { label: 'Compare', View: OtherRuns }],
]);
