/** Desk ids carry their market: one desk lives on one market's prices, whatever else shares its database. */
import type { Desk } from '#domain/run.ts';

/** A standing desk of this market: the default one, or one that was made beside it. */
export function isOfMarket({ deskId }: Pick<Desk, 'deskId'>, marketKey: string): boolean {
  return deskId === marketKey || deskId.startsWith(`${marketKey}--`);
}

/** The market a desk lives on, whatever market runs here. */
export function marketKeyOf(deskId: string): string {
  const [market = deskId] = deskId.replace(/^once--/, '').split('--');
  return market;
}

/** The desk of a single cycle: nothing schedules it, and the guard does not watch it. */
export function onceDeskId(marketKey: string, runId: string): string {
  return `once--${marketKey}--${runId}`;
}

/** Whether this market's prices are right for a run of the desk. */
export function mayRunOn(marketKey: string, deskId: string): boolean {
  return isOfMarket({ deskId }, marketKey) || deskId.startsWith(`once--${marketKey}--`);
}

/** Each market that has a desk, with those of its desks that stand. */
export function marketsOf(desks: readonly Desk[]): ReadonlyMap<string, readonly Desk[]> {
  const keys = new Set(desks.map(({ deskId }) => marketKeyOf(deskId)));
  return new Map([...keys].sort().map((key) => [key, desks.filter((desk) => isOfMarket(desk, key))]));
}
