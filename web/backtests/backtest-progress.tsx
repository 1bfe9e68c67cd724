import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Backtest } from '#domain/backtest.ts';
import { askAgain } from '../api/ask-again.ts';
import { BACKTESTS_KEY, cancelBacktest, isUnderWay } from '../api/backtest-queries.ts';
import { newPost } from '../api/client.ts';
import { formatPercent } from '../format/number.ts';
import { formatDateTime, withPageTimes } from '../format/time.ts';
import { plural, sentence } from '../format/words.ts';
import { ControlButton } from '../ui/control-button.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Panel } from '../ui/panel.tsx';

/** How far it is, and the way to end it; or why there is no report. */
export function BacktestProgress({ backtest }: { backtest: Backtest }) {
  const { backtestId, doneFraction, error } = backtest;
  const client = useQueryClient();
  const [post] = useState(newPost);
  const cancelling = useMutation({
    mutationFn: () => cancelBacktest(post, backtestId),
    onSettled: () => askAgain(client, BACKTESTS_KEY),
  });
  const percent = Math.round(doneFraction * 100);
  return (
    <Panel title="Progress" className="min-h-48">
      <div className="flex flex-col gap-3 p-3">
        <div
          role="progressbar"
          aria-label="Progress of the backtest"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          className="h-3 overflow-hidden rounded-full border border-line-strong bg-raised"
        >
          <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
        </div>
        <p>{progressWords(backtest)}</p>
        {error && (
          <p role="alert" className="text-down">
            {sentence(withPageTimes(error.message))}
          </p>
        )}
        {cancelling.error && <FailureNote error={cancelling.error} />}
        {isUnderWay(backtest) && (
          <div>
            <ControlButton
              tone="danger"
              disabled={cancelling.isPending || cancelling.isSuccess}
              onClick={() => cancelling.mutate()}
            >
              {cancelling.isIdle || cancelling.isError ? 'Cancel the backtest' : 'Cancelling …'}
            </ControlButton>
          </div>
        )}
      </div>
    </Panel>
  );
}

function progressWords({ status, doneFraction, doneToMs, trades, attempts, finishedAtMs }: Backtest): string {
  const far =
    doneToMs === null
      ? 'before its first bar'
      : `${formatPercent(doneFraction, { digits: 0 })} walked, to market ${formatDateTime(doneToMs)}, ${plural(trades, 'trade')} closed`;
  if (status === 'running') return `Running: ${far}.`;
  if (status === 'queued')
    return attempts === 0
      ? 'Waiting for its turn: one backtest is walked at a time.'
      : `Cut off ${far}; it is taken up again as soon as a worker is free.`;
  const at = finishedAtMs === null ? '' : ` at wall ${formatDateTime(finishedAtMs)}`;
  return `${status === 'failed' ? 'Failed' : 'Cancelled'}${at}, ${far}. There is no report.`;
}
