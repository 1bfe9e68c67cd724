import { useQuery } from '@tanstack/react-query';
import type { WholeBacktest } from '#domain/backtest.ts';
import { ApiFailure } from '../api/api-failure.ts';
import { backtestQuery } from '../api/backtest-queries.ts';
import { formatDateTime } from '../format/time.ts';
import { Link } from '../router/link.tsx';
import { useParams } from '../router/router.tsx';
import { useTitle } from '../shell/use-title.ts';
import { Loaded } from '../ui/loaded.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';
import { UnknownThing } from '../ui/unknown-thing.tsx';
import { BacktestProgress } from './backtest-progress.tsx';
import { BacktestReportView } from './backtest-report.tsx';
import { backtestTitle, StatusOf } from './backtest-words.tsx';

/** One backtest: how far it is, or what it came to. */
export function BacktestPage() {
  const { backtestId = '' } = useParams();
  const backtest = useQuery(backtestQuery(backtestId));
  useTitle(backtest.data ? `Backtest of ${backtestTitle(backtest.data)}` : 'Backtest');
  if (backtest.error instanceof ApiFailure && backtest.error.problem.status === 404)
    return <UnknownBacktest backtestId={backtestId} />;
  return (
    <Loaded query={backtest} skeleton={<SkeletonRows rows={4} className="h-40" />}>
      {(answer) => (
        <div className="flex flex-col gap-3 lg:gap-4">
          <Header backtest={answer} />
          {answer.report === null ? (
            <BacktestProgress backtest={answer} />
          ) : (
            <BacktestReportView backtest={answer} report={answer.report} />
          )}
        </div>
      )}
    </Loaded>
  );
}

function Header({ backtest }: { backtest: WholeBacktest }) {
  const { fromMs, toMs, source } = backtest;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <h1 className="font-semibold text-lg">Backtest: {backtestTitle(backtest)}</h1>
      <StatusOf backtest={backtest} />
      {source.synthetic && <SyntheticBadge />}
      <p className="w-full text-muted text-xs">
        {source.name}, market {formatDateTime(fromMs)} to {formatDateTime(toMs)}, on paper.{' '}
        <Link to="/backtests" className="text-accent underline underline-offset-2">
          All backtests
        </Link>
      </p>
    </div>
  );
}

function UnknownBacktest({ backtestId }: { backtestId: string }) {
  return (
    <UnknownThing what="backtest" wayOut={{ to: '/backtests', words: 'See all backtests' }}>
      The server knows no backtest “{backtestId}”. The address may be mistyped.
    </UnknownThing>
  );
}
