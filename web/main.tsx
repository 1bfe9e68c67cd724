import './styles/app.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiFailure } from './api/api-failure.ts';
import { App } from './app.tsx';
import { Router } from './router/router.tsx';
import { applyTheme } from './shell/theme.ts';

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // Vigil is mostly on this very machine: a browser that thinks itself offline reaches it all the same.
      networkMode: 'always',
      // What the server refused stays refused; only silence and overload are worth another try.
      retry: (failures, error) =>
        failures < 2 &&
        error instanceof ApiFailure &&
        (error.problem.status === 0 || error.problem.status === 503),
    },
    mutations: { networkMode: 'always' },
  },
});

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Router>
          <App />
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
