import type { ReactNode } from 'react';

/** Nothing here yet: says so, and what to do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex grow flex-col items-center justify-center gap-1.5 px-4 py-5 text-center">
      <p className="font-medium">{title}</p>
      {children && <p className="max-w-prose text-muted">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}
