import { Route, Routes } from 'react-router';
import { lazyPart } from './api/lazy-part.ts';
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
const CostsPage = lazyPart(() => import('./costs/costs-page.tsx').then((page) => page.CostsPage));
const HealthPage = lazyPart(() => import('./health/health-page.tsx').then((page) => page.HealthPage));
const LogsPage = lazyPart(() => import('./logs/logs-page.tsx').then((page) => page.LogsPage));

const AuditPage = lazyPart(() => import('./audit/audit-page.tsx').then((page) => page.AuditPage));

export function App() {
  return (
    <Routes>
      <Route element={<AppShell />}>
        <Route index element={<DeskPage />} />
        <Route path="runs" element={<RunsPage />} />
        <Route path="runs/:runId" element={<RunPage />} />
        <Route path="trades" element={<TradesPage />} />
        <Route path="signals" element={<SignalsPage />} />
        <Route path="runs/:runId/compare/:otherId" element={<ComparisonPage />} />
        <Route path="runs/:runId/fork" element={<ForkPage />} />
        <Route path="trades/:tradeId" element={<TradePage />} />
        <Route path="performance" element={<PerformancePage />} />
        <Route path="prompts" element={<PromptsPage />} />
        <Route path="prompts/:name" element={<PromptPage />} />
        <Route path="backtests" element={<BacktestsPage />} />
        <Route path="backtests/:backtestId" element={<BacktestPage />} />
        <Route path="costs" element={<CostsPage />} />
        <Route path="health" element={<HealthPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="logs" element={<LogsPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
