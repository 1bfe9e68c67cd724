/** @throws RangeError naming the indicator, the period and what it may be. */
export function checkPeriod(indicator: string, name: string, period: number): void {
  if (Number.isInteger(period) && period > 0) return;
  throw new RangeError(`${indicator}: ${name} ${period} must be a whole number of at least 1`);
}

/** Columns that go through one loop have to be equally long. @throws RangeError naming the column and both lengths. */
export function checkLength(indicator: string, name: string, column: Float64Array, length: number): void {
  if (column.length === length) return;
  throw new RangeError(`${indicator}: ${name} holds ${column.length} values, expected ${length}`);
}
