import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Approval } from '#domain/approval.ts';
import { approvalsQuery } from '../api/queries.ts';
import { useDesk } from '../shell/use-desk.ts';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { ApprovalQuestion } from './approval-question.tsx';
import { countdownWords, waitingWords } from './approval-words.ts';
import { type ClockReading, useCountdown } from './use-countdown.ts';

/** What waits for a person's word. It lies over the page and moves nothing; not there while nothing waits. */
export function WaitingApprovals() {
  const { deskId } = useDesk();
  const { data, dataUpdatedAt } = useQuery(approvalsQuery(deskId));
  const waiting = data?.items.find(({ status }) => status === 'pending');
  return (
    <div className="sticky top-2 z-20 h-0" aria-live="polite">
      {data && waiting && (
        <WaitingApproval
          key={waiting.approvalId}
          approval={waiting}
          clock={{ nowMs: data.nowMs, readAtMs: dataUpdatedAt }}
        />
      )}
    </div>
  );
}

function WaitingApproval({ approval, clock }: { approval: Approval; clock: ClockReading }) {
  const [isFolded, setFolded] = useState(false);
  const leftMs = useCountdown(approval.deadlineAtMs, clock);
  return (
    <Panel
      title="Waiting for your word"
      note={
        <>
          {waitingWords(approval)}{' '}
          <span role="timer" aria-live="off" className="font-semibold tabular-nums">
            {leftMs === 0 ? 'the time is over: nothing opens' : `${countdownWords(leftMs)} left`}
          </span>
        </>
      }
      className="mx-auto max-h-[80dvh] max-w-3xl overflow-y-auto border-watch shadow-xl"
      actions={
        <Button tone="quiet" aria-expanded={!isFolded} onClick={() => setFolded(!isFolded)}>
          {isFolded ? 'Show' : 'Put aside'}
        </Button>
      }
    >
      {/* Folded away, not taken away: what was chosen stays chosen. */}
      <div hidden={isFolded}>
        <ApprovalQuestion approval={approval} isOver={leftMs === 0} />
      </div>
    </Panel>
  );
}
