import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo } from 'react';
import { lazyPart } from '../api/lazy-part.ts';
import { accountQuery, equityQuery } from '../api/queries.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { formatMarketTime } from '../format/time.ts';
import { useDesk } from '../shell/use-desk.ts';
import { ChartCredit } from '../ui/chart-credit.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Panel } from '../ui/panel.tsx';
import { deepestFall, equityLine, type LinePoint, upToNow } from './equity-line.ts';

const EquityChart = lazyPart(() => import('./equity-chart.tsx').then((file) => file.EquityChart));

const CHART_HEIGHT = 'h-56 lg:h-72';

export function EquityPanel() {
  const { deskId } = useDesk();
  const equity = useQuery(equityQuery(deskId));
  const account = useQuery(accountQuery(deskId));
  const line = useMemo(
    () => equityLine(upToNow(equity.data?.items ?? [], account.data?.account ?? null)),
    [equity.data, account.data],
  );
  return (
    <Panel
      title="Equity"
      note={describeLine(line)}
      className="max-sm:*:[header]:min-h-[4.5rem]"
      actions={<ChartCredit />}
    >
      <div className={`${CHART_HEIGHT} flex p-2`}>
        <Loaded query={equity} skeleton={<div className="skeleton grow" />}>
          {() =>
            line.length < 2 ? (
              <EmptyState title="No curve yet">
                Every cycle adds a point. The first two draw the line.
              </EmptyState>
            ) : (
              <Suspense fallback={<div className="skeleton grow" />}>
                <figure className="min-w-0 grow" aria-label={describeLine(line)}>
                  <EquityChart line={line} />
                </figure>
              </Suspense>
            )
          }
        </Loaded>
      </div>
    </Panel>
  );
}

function describeLine(line: readonly LinePoint[]): string {
  const first = line[0];
  const last = line.at(-1);
  if (!first || !last || line.length < 2) return '';
  const change = formatQuote(last.value - first.value, { signed: true });
  return `${change} since ${formatMarketTime(first.timeSeconds * 1_000)}, deepest fall ${formatPercent(deepestFall(line))}`;
}
