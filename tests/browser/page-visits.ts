/** Every address of the pages, with words that stand there once the page has what it shows. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PROMPT_VIEWS } from '../../web/prompts/prompt-view.ts';
import { matchOf } from '../../web/router/place.ts';

export interface PageVisit {
  readonly name: string;
  readonly path: string;
  /** Not before it has answered with them. */
  readonly shows: string | RegExp;
}

export interface VisitedRows {
  readonly runId: string;
  /** Of that run, decided again. */
  readonly forkId: string;
  readonly tradeId: string;
  /** Walked to its end. */
  readonly backtestId: string;
  readonly qTableVersion: number;
}

export function pageVisits({
  runId,
  forkId,
  tradeId,
  backtestId,
  qTableVersion,
}: VisitedRows): readonly PageVisit[] {
  const run = `/runs/${runId}`;
  return [
    { name: 'desk', path: '/', shows: 'Open positions' },
    { name: 'runs', path: '/runs', shows: 'Cycle' },
    { name: 'run-story', path: `${run}?view=story`, shows: 'Verdicts' },
    { name: 'run-trace', path: `${run}?view=trace`, shows: 'Where the time went' },
    { name: 'run-log', path: `${run}?view=log`, shows: /\d+ lines/ },
    { name: 'run-lineage', path: `${run}?view=lineage`, shows: 'Closed by a person' },
    { name: 'run-compare', path: `${run}?view=compare`, shows: 'Decided again' },
    { name: 'comparison', path: `/runs/${forkId}/compare/${runId}`, shows: 'What differs' },
    { name: 'fork', path: `${run}/fork?node=risk`, shows: 'No order can come of it' },
    { name: 'trades', path: '/trades', shows: 'person' },
    { name: 'trade', path: `/trades/${encodeURIComponent(tradeId)}`, shows: 'Market snapshot' },
    { name: 'signals', path: '/signals', shows: 'BTC' },
    { name: 'performance', path: '/performance', shows: 'Profit factor' },
    { name: 'backtests', path: '/backtests', shows: 'points on BTC' },
    { name: 'backtest', path: `/backtests/${backtestId}`, shows: /\d+ trades? of BTC on 1m candles/ },
    { name: 'qtables', path: '/qtables', shows: 'seed 1' },
    { name: 'qtable', path: `/qtables/${qTableVersion}`, shows: 'What it was made of' },
    { name: 'prompts', path: '/prompts', shows: 'Shared rules' },
    ...Object.keys(PROMPT_VIEWS).map((view) => ({
      name: `prompt-${view}`,
      path: `/prompts/scanner?view=${view}`,
      shows: 'Every variable is in its place',
    })),
    { name: 'costs', path: '/costs', shows: 'What calls came to' },
    { name: 'health', path: '/health', shows: 'database' },
    { name: 'audit', path: '/audit', shows: 'positions.close' },
    { name: 'logs', path: '/logs', shows: 'cycle' },
    { name: 'not-found', path: '/nowhere', shows: 'There is no such page' },
  ];
}

/** Of the pages' own table of addresses, those that no visit comes to. */
export async function unvisitedRoutes(visits: readonly PageVisit[]): Promise<readonly string[]> {
  const app = await readFile(fileURLToPath(new URL('../../web/app.tsx', import.meta.url)), 'utf8');
  const routes = [...app.matchAll(/\{ path: '([^']+)', Page: /g)].map(([, path = '']) => ({ path }));
  if (routes.length === 0)
    throw new Error('web/app.tsx no longer names its addresses as this test reads them');
  const visited = visits.map(
    ({ path }) => matchOf(routes, new URL(path, 'http://pages').pathname)?.entry.path,
  );
  return routes.map(({ path }) => path).filter((path) => !visited.includes(path));
}
