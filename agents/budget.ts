/** What models may cost in a day (UTC). The day and the sum are the store's business. */
export interface Budget {
  readonly limitUsdPerDay: number;
  spentTodayUsd(): Promise<number>;
}

/** True from the limit on. A sum that is not a number counts as spent: money nobody can count is not spent. */
export async function isBudgetSpent(budget: Budget | null): Promise<boolean> {
  if (budget === null) return false;
  return !((await budget.spentTodayUsd()) < budget.limitUsdPerDay);
}
