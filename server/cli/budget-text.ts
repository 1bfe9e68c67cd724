import type { ModelSpending } from '../model-spending.ts';

export function budgetText({ spentUsd, untoldUsd, limitUsd }: ModelSpending['budget']): string {
  const untold = untoldUsd === 0 ? '' : `, of it ${usd(untoldUsd)} for calls whose price nobody told`;
  return `today: ${usd(spentUsd)} of ${usd(limitUsd)} USD spent or set aside${untold}`;
}

function usd(amount: number): string {
  return amount.toFixed(4);
}
