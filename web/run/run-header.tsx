import { useState } from 'react';
import type { CycleRecord, RunSummary } from '#domain/run.ts';
import type { Spending } from '#domain/spending.ts';
import { cancelRun } from '../api/actions.ts';
import type { RunAnswer } from '../api/types.ts';
import { formatCount, formatUsd } from '../format/number.ts';
import { formatDuration, formatWallTime } from '../format/time.ts';
import { plural, sentence, spaced } from '../format/words.ts';
import { Link } from '../router/link.tsx';
import { isUnderWay } from '../runs/outcome.ts';
import { runReason, runTitle } from '../runs/run-words.ts';
import { VerdictBadge } from '../runs/verdict-badge.tsx';
import { LEVEL_TONES } from '../shell/breaker-reading.tsx';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { SyntheticBadge } from '../ui/synthetic-badge.tsx';
import { ExportButtons } from './export-button.tsx';
import { HiddenFields } from './hidden-fields.tsx';
import { sinceWords } from './orders-since.ts';

/** What the run came to and why, when, on which market, and what it cost. */
export function RunHeader({ answer: { run, record, orders, hiddenFields } }: { answer: RunAnswer }) {
  const since = sinceWords(record?.orders ?? [], orders);
  const [isCancelling, setCancelling] = useState(false);
  return (
    <section
      aria-label="Run"
      className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3 shadow-[var(--shadow)]"
    >
      <p className="flex flex-wrap items-center gap-2 text-xs">
        <Link to="/runs" className="text-accent hover:underline">
          Runs
        </Link>
        <span className="text-faint" aria-hidden="true">
          /
        </span>
        <span className="text-muted">{sentence(run.kind)}</span>
      </p>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 grow basis-72">
          <h1 className="font-semibold text-lg leading-snug">{runTitle(run)}</h1>
          <p className="mt-0.5">{runReason(run)}</p>
          {record && since && <p className="mt-0.5 text-muted">Since then: {since}</p>}
          {run.forkOf !== null && <DecidedAgain run={run} forkOf={run.forkOf} />}
          {run.question && <p className="mt-0.5 text-muted">Asked: “{run.question}”</p>}
        </div>
        <div className="flex flex-wrap gap-2">
          {isUnderWay(run) && (
            <Button icon="stop" onClick={() => setCancelling(true)}>
              Cancel
            </Button>
          )}
          <ExportButtons runId={run.runId} hasRecord={record !== null} />
        </div>
      </div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-muted text-xs">
        <VerdictBadge run={run} />
        {run.level && <Badge tone={LEVEL_TONES[run.level]}>breaker {run.level}</Badge>}
        {record?.market?.source.synthetic && <SyntheticBadge />}
        <HiddenFields count={hiddenFields} />
        {facts(run, record).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      {record?.spending && <SpendingLine spending={record.spending} />}
      {record && record.breakerReasons.length > 0 && (
        <ul className="text-xs">
          {record.breakerReasons.map((reason) => (
            <li key={reason.trigger}>
              <span className="font-medium">{spaced(reason.trigger)}</span>:{' '}
              <span className="text-muted">{reason.message}</span>
            </li>
          ))}
        </ul>
      )}
      {isCancelling && (
        <ActionDialog
          title="Cancel this run?"
          description="No new step starts. Orders already sent are settled, and stops stay where they are."
          confirmLabel="Cancel the run"
          tone="danger"
          act={async (_form, post) => {
            await cancelRun(post, run.runId);
            return { words: 'The run was told to stop.' };
          }}
          onClose={() => setCancelling(false)}
        />
      )}
    </section>
  );
}

const TIERS: Readonly<Record<Spending['tier'], string>> = {
  usual: 'the usual model could be asked',
  cheaper: 'the cheaper model could be asked',
  none: 'the budget left the rules alone',
  free: 'nobody was asked',
};

/** What the run could ask for its money, and each step down from there. */
function SpendingLine({ spending: { mode, tier, steps } }: { spending: Spending }) {
  return (
    <p className="text-muted text-xs">
      <span className="font-medium">Spending</span>: mode {mode}, {TIERS[tier]}
      {steps.map(({ agent, step, reason }) => (
        <span key={`${agent} ${step}`}>
          ; before {agent}: {reason}
        </span>
      ))}
    </p>
  );
}

function DecidedAgain({ run, forkOf }: { run: RunSummary; forkOf: string }) {
  const beside = run.kind === 'shadow' ? ', beside it, with versions labelled candidate' : '';
  return (
    <p className="mt-0.5 text-muted">
      Decided again from {run.forkFrom} of{' '}
      <Link to={`/runs/${encodeURIComponent(forkOf)}`} className="text-accent hover:underline">
        run {forkOf}
      </Link>
      {beside}. Nothing was sent.
    </p>
  );
}

function facts(run: RunSummary, record: CycleRecord | null): string[] {
  const lines = [
    `began ${formatWallTime(run.startedAtMs)}`,
    run.finishedAtMs === null ? null : `took ${formatDuration(run.finishedAtMs - run.startedAtMs)}`,
    record?.market
      ? `${record.market.source.name}, ${formatCount(record.market.bars)} candles of ${plural(record.market.symbols.length, 'symbol')}`
      : null,
    record && (record.llm.calls === 0 ? 'no model call' : modelLine(record.llm)),
    record && `prompts ${record.promptSetId}, seed ${record.seed}`,
    `run ${run.runId}`,
  ];
  return lines.filter((line) => line !== null);
}

function modelLine({ calls, inputTokens, outputTokens, costUsd }: CycleRecord['llm']): string {
  const tokens =
    inputTokens === null || outputTokens === null
      ? 'tokens unknown'
      : `${formatCount(inputTokens + outputTokens)} tokens`;
  const cost = costUsd === null ? 'cost unknown' : formatUsd(costUsd);
  return `${plural(calls, 'model call')}, ${tokens}, ${cost}`;
}
