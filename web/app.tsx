import { lazyPart } from './api/lazy-part.ts';
import { matchOf } from './router/place.ts';
import { usePlace, WithParams } from './router/router.tsx';
import { AppShell } from './shell/app-shell.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';

const DeskPage = lazyPart(() => import('./desk/desk-page.tsx').then((page) => page.DeskPage));
const RunsPage = lazyPart(() => import('./runs/runs-page.tsx').then((page) => page.RunsPage));
const RunPage = lazyPart(() => import('./run/run-page.tsx').then((page) => page.RunPage));
const TradesPage = lazyPart(() => import('./trades/trades-page.tsx').then((page) => page.TradesPage));
const SignalsPage = lazyPart(() => import('./board/signals-page.tsx').then((page) => page.SignalsPage));
const ComparisonPage = lazyPart(() =>
  import('./comparison/comparison-page.tsx').then((page) => page.ComparisonPage),
);
const ForkPage = lazyPart(() => import('./fork/fork-page.tsx').then((page) => page.ForkPage));
const TradePage = lazyPart(() => import('./lineage/trade-page.tsx').then((page) => page.TradePage));
const PerformancePage = lazyPart(() =>
  import('./performance/performance-page.tsx').then((page) => page.PerformancePage),
);
const PromptsPage = lazyPart(() => import('./prompts/prompts-page.tsx').then((page) => page.PromptsPage));
const PromptPage = lazyPart(() => import('./prompts/prompt-page.tsx').then((page) => page.PromptPage));
const BacktestsPage = lazyPart(() =>
  import('./backtests/backtests-page.tsx').then((page) => page.BacktestsPage),
);
const BacktestPage = lazyPart(() =>
  import('./backtests/backtest-page.tsx').then((page) => page.BacktestPage),
);
const QTablesPage = lazyPart(() => import('./qtables/qtables-page.tsx').then((page) => page.QTablesPage));
const QTablePage = lazyPart(() => import('./qtables/qtable-page.tsx').then((page) => page.QTablePage));
const CostsPage = lazyPart(() => import('./costs/costs-page.tsx').then((page) => page.CostsPage));
const HealthPage = lazyPart(() => import('./health/health-page.tsx').then((page) => page.HealthPage));
const LogsPage = lazyPart(() => import('./logs/logs-page.tsx').then((page) => page.LogsPage));

const AuditPage = lazyPart(() => import('./audit/audit-page.tsx').then((page) => page.AuditPage));

/** Every address; the first that fits is shown. A page that is added gets a line here and a link in `shell/page-links.ts`. */
const PAGES = [
  { path: '/', Page: DeskPage },
  { path: '/runs', Page: RunsPage },
  { path: '/runs/:runId', Page: RunPage },
  { path: '/trades', Page: TradesPage },
  { path: '/signals', Page: SignalsPage },
  { path: '/runs/:runId/compare/:otherId', Page: ComparisonPage },
  { path: '/runs/:runId/fork', Page: ForkPage },
  { path: '/trades/:tradeId', Page: TradePage },
  { path: '/performance', Page: PerformancePage },
  { path: '/prompts', Page: PromptsPage },
  { path: '/prompts/:name', Page: PromptPage },
  { path: '/backtests', Page: BacktestsPage },
  { path: '/backtests/:backtestId', Page: BacktestPage },
  { path: '/qtables', Page: QTablesPage },
  { path: '/qtables/:version', Page: QTablePage },
  { path: '/costs', Page: CostsPage },
  { path: '/health', Page: HealthPage },
  { path: '/audit', Page: AuditPage },
  { path: '/logs', Page: LogsPage },
] as const;

export function App() {
  const found = matchOf(PAGES, usePlace().pathname);
  const Page = found?.entry.Page ?? NotFoundPage;
  return (
    <AppShell>
      <WithParams params={found?.params ?? {}}>
        <Page />
      </WithParams>
    </AppShell>
  );
}
