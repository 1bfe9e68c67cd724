import type { RunAnswer } from '../api/types.ts';
import { isUnderWay } from '../runs/outcome.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { AccountChange } from './account-change.tsx';
import { OpinionsSection } from './opinions-section.tsx';
import { OrdersSection } from './orders-section.tsx';
import { ProposalsSection } from './proposals-section.tsx';
import { SignalsSection } from './signals-section.tsx';

/** What was measured, said, proposed, refused and done, from the run's record. */
export function RecordSections({ answer }: { answer: RunAnswer }) {
  const { run, record } = answer;
  if (record === null)
    return (
      <Panel title="Record" className="min-h-40">
        {isUnderWay(run) ? (
          <EmptyState title="The record is written at the end">
            Signals, opinions, proposals, verdicts and orders appear here when the run has finished.
          </EmptyState>
        ) : (
          <EmptyState title="This run left no record">
            It was {run.status} before its end. The nodes above show how far it came.
          </EmptyState>
        )}
      </Panel>
    );
  return (
    <>
      <ProposalsSection proposals={record.proposals} withheld={record.withheld} verdicts={record.verdicts} />
      <OpinionsSection opinions={record.opinions} proposals={record.proposals} moot={record.moot ?? []} />
      <SignalsSection signals={record.signals} qAdvice={record.qAdvice} />
      <OrdersSection record={record} told={answer.orders} />
      <AccountChange before={record.account.before} after={record.account.after} />
    </>
  );
}
