import { useState } from 'react';
import type { Approval } from '#domain/approval.ts';
import type { ApprovalWord } from '../api/actions.ts';
import { Button } from '../ui/button.tsx';
import { AnswerDialog } from './answer-dialog.tsx';
import { type Choice, FIRST_SHARE, OpeningChoice } from './opening-choice.tsx';
import { OpeningFigures } from './opening-figures.tsx';

interface Chosen {
  readonly choice: Choice;
  readonly share: number;
}

const NOTHING: Chosen = { choice: null, share: FIRST_SHARE };

/** Every opening of one question with what may be said of it, and the ways to say it. */
export function ApprovalQuestion({ approval, isOver }: { approval: Approval; isOver: boolean }) {
  const [chosen, setChosen] = useState<Readonly<Record<string, Chosen>>>({});
  const [asked, setAsked] = useState<readonly ApprovalWord[] | null>(null);
  const ids = approval.asked.map(({ proposal }) => proposal.proposalId);
  const words = ids.flatMap((proposalId) => wordFrom(proposalId, chosen[proposalId] ?? NOTHING));
  const allAs = (decision: ApprovalWord['decision']) => ids.map((proposalId) => ({ proposalId, decision }));
  return (
    <>
      <ul className="divide-y divide-line">
        {approval.asked.map((item) => {
          const { proposalId } = item.proposal;
          return (
            <li key={proposalId} className="flex flex-col gap-2.5 p-3">
              <OpeningFigures item={item} />
              <OpeningChoice
                item={item}
                {...(chosen[proposalId] ?? NOTHING)}
                isClosed={isOver}
                onChoose={(choice, share) => setChosen({ ...chosen, [proposalId]: { choice, share } })}
              />
            </li>
          );
        })}
      </ul>
      <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-line border-t bg-surface p-3">
        <Button tone="primary" disabled={isOver} onClick={() => setAsked(allAs('approve'))}>
          Approve all
        </Button>
        <Button tone="danger" disabled={isOver} onClick={() => setAsked(allAs('refuse'))}>
          Refuse all
        </Button>
        <Button disabled={isOver || words.length === 0} onClick={() => setAsked(words)}>
          Send what is chosen
        </Button>
        <span className="text-muted text-xs">What you do not name is refused.</span>
      </div>
      {asked && (
        <AnswerDialog approval={approval} words={asked} isMoot={isOver} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

function wordFrom(proposalId: string, { choice, share }: Chosen): ApprovalWord[] {
  if (choice === null) return [];
  const { decision } = choice;
  return [decision === 'shrink' ? { proposalId, decision, sizeFraction: share } : { proposalId, decision }];
}
