/** A fraction as people read it: `0.15` is `15%`, to two decimals. For words only; fields keep the fraction. */
export function percentText(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))}%`;
}
