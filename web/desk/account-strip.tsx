import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Account } from '#domain/account.ts';
import { accountQuery } from '../api/queries.ts';
import { formatPercent, formatQuote } from '../format/number.ts';
import { useDesk } from '../shell/use-desk.ts';
import { Amount } from '../ui/amount.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loaded } from '../ui/loaded.tsx';

/** The account's five numbers, in quote currency. */
export function AccountStrip() {
  const account = useQuery(accountQuery(useDesk().deskId));
  return (
    <section
      aria-label="Account"
      className="grid min-h-[12.25rem] rounded-lg border border-line bg-surface shadow-[var(--shadow)] sm:min-h-[9rem] xl:min-h-[4.75rem]"
    >
      <Loaded query={account} skeleton={<div className="skeleton m-3" />}>
        {(answer) => (answer.account ? <Numbers account={answer.account} /> : <NoAccount />)}
      </Loaded>
    </section>
  );
}

function Numbers({ account }: { account: Account }) {
  const equity = Number(account.equityQuote);
  const marginShare = equity > 0 ? Number(account.marginUsedQuote) / equity : 0;
  return (
    <dl className="grid content-center grid-cols-2 sm:grid-cols-3 xl:grid-cols-5">
      <Figure label={`Equity, ${account.quote}`} wide>
        <span className="font-semibold text-xl">{formatQuote(account.equityQuote)}</span>
      </Figure>
      <Figure label="Balance">{formatQuote(account.balanceQuote)}</Figure>
      <Figure label="Unrealised">
        <Amount value={account.unrealisedQuote} />
      </Figure>
      <Figure label="Margin used">
        {formatQuote(account.marginUsedQuote)}{' '}
        <span className="text-muted text-xs">{formatPercent(marginShare, { digits: 1 })}</span>
      </Figure>
      <Figure label="Available">{formatQuote(account.availableQuote)}</Figure>
    </dl>
  );
}

function Figure({ label, wide, children }: { label: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={`flex flex-col justify-center px-4 py-2.5 ${wide ? 'max-sm:col-span-2' : ''}`}>
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="whitespace-nowrap text-base leading-7">{children}</dd>
    </div>
  );
}

function NoAccount() {
  return (
    <EmptyState title="No account has been read yet">
      The first cycle reads it from the venue. If this stays, look at the venue’s state with the doctor
      command.
    </EmptyState>
  );
}
