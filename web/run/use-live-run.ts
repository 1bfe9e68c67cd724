import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { runQuery } from '../api/queries.ts';
import type { RunAnswer } from '../api/types.ts';
import { isUnderWay } from '../runs/outcome.ts';

const BODIES_AFTER_MS = 300;
const READ_EVERY_MS = 3_000;

/**
 * While a run is under way: the stream tells when spans open and close, but not what they saw and said.
 * So the run is read again shortly after a span has closed, and now and then in case the stream is away.
 */
export function useLiveRun(answer: RunAnswer | undefined): void {
  const client = useQueryClient();
  const runId = answer?.run.runId;
  const isLive = answer !== undefined && (isUnderWay(answer.run) || answer.record === null);
  const closed = answer?.spans.filter((span) => span.status !== 'open').length ?? 0;
  const readsAgain = isLive && isUnderWay(answer.run);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each newly closed span asks for its bodies
  useEffect(() => {
    if (!runId || !isLive) return;
    const timer = setTimeout(() => {
      void client.invalidateQueries({ queryKey: runQuery(runId).queryKey });
    }, BODIES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [client, runId, isLive, closed]);

  useEffect(() => {
    if (!runId || !readsAgain) return;
    const timer = setInterval(() => {
      void client.invalidateQueries({ queryKey: runQuery(runId).queryKey });
    }, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [client, runId, readsAgain]);
}
