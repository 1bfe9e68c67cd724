import { useQueryClient } from '@tanstack/react-query';
import type { Approval } from '#domain/approval.ts';
import { type ApprovalWord, answerApproval } from '../api/actions.ts';
import { ActionDialog, type Outcome } from '../ui/action-dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { answerOf, openingName, wordOf } from './approval-words.ts';

interface AnswerDialogProps {
  readonly approval: Approval;
  readonly words: readonly ApprovalWord[];
  /** It is too late, or somebody else was first. */
  readonly isMoot: boolean;
  readonly onClose: () => void;
}

/** Says what the answer would do, asks once, and tells what it did. */
export function AnswerDialog({ approval, words, isMoot, onClose }: AnswerDialogProps) {
  const client = useQueryClient();
  const opens = words.some(({ decision }) => decision !== 'refuse');
  return (
    <ActionDialog
      title={opens ? 'Let these open?' : 'Refuse all of them?'}
      description={<WordList approval={approval} words={words} isMoot={isMoot} />}
      confirmLabel={opens ? 'Send the answer' : 'Refuse'}
      tone={opens ? 'primary' : 'danger'}
      isMoot={isMoot}
      fields={<TextField label="Reason, if you like" name="reason" maxLength={300} />}
      act={async (form, post) => {
        const reason = String(form.get('reason') ?? '');
        const answered = await answerApproval(post, approval.approvalId, {
          answers: words,
          ...(reason !== '' && { reason }),
        });
        await client.invalidateQueries({ queryKey: ['approvals'] });
        return outcomeOf(answered);
      }}
      onClose={onClose}
    />
  );
}

function WordList({ approval, words, isMoot }: Omit<AnswerDialogProps, 'onClose'>) {
  if (isMoot) return <p>It is too late: it has been answered, or its time is over.</p>;
  return (
    <ul className="space-y-1">
      {approval.asked.map((item) => (
        <li key={item.proposal.proposalId}>
          <strong className="text-ink">{openingName(item)}</strong>:{' '}
          {wordOf(
            words.find(({ proposalId }) => proposalId === item.proposal.proposalId),
            item,
          )}
        </li>
      ))}
      {words.some(({ decision }) => decision !== 'refuse') && (
        <li className="text-xs">
          The gate has the last word, with the prices and the account of that moment.
        </li>
      )}
    </ul>
  );
}

function outcomeOf(answered: Approval): Outcome {
  const said = answered.asked.map((item) => `${openingName(item)} ${wordOf(answerOf(answered, item), item)}`);
  return { words: `${said.join(', ')}.` };
}
