import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { AppShell } from './shell/app-shell.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';

const DeskPage = lazy(() => import('./desk/desk-page.tsx').then((page) => ({ default: page.DeskPage })));
const RunsPage = lazy(() => import('./runs/runs-page.tsx').then((page) => ({ default: page.RunsPage })));
const RunPage = lazy(() => import('./run/run-page.tsx').then((page) => ({ default: page.RunPage })));

export function App() {
  return (
    <Routes>
      <Route element={<AppShell />}>
        <Route index element={<DeskPage />} />
        <Route path="runs" element={<RunsPage />} />
        <Route path="runs/:runId" element={<RunPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
