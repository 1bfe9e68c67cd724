import { useQuery } from '@tanstack/react-query';
import type { Approval } from '#domain/approval.ts';
import { approvalOfRunQuery } from '../api/queries.ts';
import { formatWallTime } from '../format/time.ts';
import { Badge } from '../ui/badge.tsx';
import { Panel } from '../ui/panel.tsx';
import { ApprovalQuestion } from './approval-question.tsx';
import { answerOf, countdownWords, STATUS_TONES, waitingWords, wordOf } from './approval-words.ts';
import { OpeningFigures } from './opening-figures.tsx';
import { type ClockReading, useCountdown } from './use-countdown.ts';

/** What this run asked a person, and what was answered; nothing where it asked nobody. */
export function ApprovalSection({ runId }: { runId: string }) {
  const { data, dataUpdatedAt } = useQuery(approvalOfRunQuery(runId));
  const [approval] = data?.items ?? [];
  if (data === undefined || approval === undefined) return null;
  if (approval.status === 'pending')
    return <Waiting approval={approval} clock={{ nowMs: data.nowMs, readAtMs: dataUpdatedAt }} />;
  return (
    <Panel title="A person’s approval" note={storyOf(approval)}>
      <ul className="divide-y divide-line">
        {approval.asked.map((item) => (
          <li key={item.proposal.proposalId} className="flex flex-col gap-2 p-3">
            <OpeningFigures item={item} />
            <p>
              <Badge tone={STATUS_TONES[approval.status]}>
                {approval.status === 'answered' ? wordOf(answerOf(approval, item), item) : approval.status}
              </Badge>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Waiting({ approval, clock }: { approval: Approval; clock: ClockReading }) {
  const leftMs = useCountdown(approval.deadlineAtMs, clock);
  return (
    <Panel title="A person’s approval" note={`${waitingWords(approval)}, ${countdownWords(leftMs)} left`}>
      <ApprovalQuestion approval={approval} isOver={leftMs === 0} />
    </Panel>
  );
}

function storyOf({ status, answeredAtMs, answeredBy, askedAtMs, deadlineAtMs, reason }: Approval): string {
  const why = reason === null ? '' : `: ${reason}`;
  const asked = `asked at ${formatWallTime(askedAtMs)}`;
  if (status === 'answered')
    return `${asked}, answered by ${answeredBy} at ${formatWallTime(answeredAtMs ?? 0)}${why}`;
  if (status === 'withdrawn') return `${asked}, withdrawn${why}`;
  return `${asked}, nobody answered by ${formatWallTime(deadlineAtMs)}: that is a refusal`;
}
