declare const approvedBrand: unique symbol;

/** The shape behind `RiskApproved`: only `sealApproval` can make one. */
export type Sealed<T extends object> = Readonly<T> & { readonly [approvedBrand]: true };

const sealed = new WeakSet<object>();

/** Marks a frozen copy as approved. Only `tools/risk/approve.ts` may call this; the boundary check holds it. */
export function sealApproval<T extends object>(order: T): Sealed<T> {
  const copy = Object.freeze({ ...order });
  sealed.add(copy);
  return copy as Sealed<T>;
}

/** Whether the gate made this very object. A copy or a look-alike is not approved. */
export function isSealed(order: object): boolean {
  return sealed.has(order);
}
