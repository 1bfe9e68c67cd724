import { useQuery } from '@tanstack/react-query';
import { costsQuery, modelsQuery } from '../api/queries.ts';
import { useSearchParams } from '../router/router.tsx';
import { useDeskState } from '../shell/use-desk-state.ts';
import { useTitle } from '../shell/use-title.ts';
import { FigureGrid } from '../ui/figure-grid.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { SpanChoice } from '../ui/span-choice.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { CostTable } from './cost-table.tsx';
import { GROUPS, totalFigures } from './cost-words.ts';
import { ModeSwitch } from './mode-switch.tsx';
import { thinkerWords } from './mode-words.ts';

const DAY_MS = 86_400_000;

const SPANS = [
  { value: '1', label: 'Today' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
] as const;

/** What thinking costs: today against the budget, the mode and its switch, and the sums by any side. */
export function CostsPage() {
  useTitle('Model costs');
  const state = useDeskState();
  const models = useQuery(modelsQuery);
  return (
    <>
      <h1 className="mb-3 font-semibold text-lg lg:mb-4">Model costs</h1>
      <div className="flex flex-col gap-3 lg:gap-4">
        <div className="grid gap-3 lg:grid-cols-2 lg:gap-4">
          <Panel title="Today" note="since 00:00 UTC on the wall clock, all processes and desks together">
            <div className="flex min-h-32 flex-col gap-2 p-3">
              <Loaded query={state} skeleton={<div className="skeleton grow" />}>
                {({ model }) => (
                  <>
                    <BudgetMeter model={model} />
                    <p>Now {thinkerWords(model)}.</p>
                  </>
                )}
              </Loaded>
            </div>
          </Panel>
          <Panel title="Mode" note="for every process of this database, from its next run on">
            <div className="min-h-52 p-3">
              <Loaded query={models} skeleton={<SkeletonRows rows={3} className="h-12" />}>
                {(modes) => <ModeSwitch modes={modes} isConfigured={state.data?.model.configured ?? true} />}
              </Loaded>
            </div>
          </Panel>
        </div>
        <Sums />
      </div>
    </>
  );
}

function Sums() {
  const [search, setSearch] = useSearchParams();
  const by = GROUPS.find(({ value }) => value === search.get('by'))?.value ?? 'day';
  const days = SPANS.find(({ value }) => value === search.get('days'))?.value ?? '7';
  const fromMs = (Math.floor(Date.now() / DAY_MS) + 1 - Number(days)) * DAY_MS;
  const report = useQuery(costsQuery(by, fromMs));
  const choose = (name: string, value: string) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      next.set(name, value);
      return next;
    });
  return (
    <Panel
      title="What calls came to"
      note="what a provider did not tell is unknown, and adds nothing to a sum"
    >
      <div className="flex flex-wrap gap-3 p-3 pb-0">
        <SpanChoice label="Span" choices={SPANS} chosen={days} onChoose={(value) => choose('days', value)} />
        <SpanChoice label="By" choices={GROUPS} chosen={by} onChoose={(value) => choose('by', value)} />
      </div>
      <div className="min-h-72">
        <Loaded query={report} skeleton={<SkeletonRows rows={6} />}>
          {(answer) => (
            <>
              <FigureGrid figures={totalFigures(answer)} className="grid-cols-2 lg:grid-cols-6" />
              <div className="border-line border-t">
                <CostTable by={answer.by} items={answer.items} />
              </div>
            </>
          )}
        </Loaded>
      </div>
    </Panel>
  );
}
