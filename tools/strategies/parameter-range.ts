/** What a strategy can be told: each parameter is a number in a range, said once and read by whoever checks or sweeps it. */
export type StrategyParameters = Readonly<Record<string, number>>;

/** The least and the most a parameter may be, both inclusive. Where `isWhole`, nothing between two whole numbers is taken. */
export interface ParameterRange {
  readonly describes: string;
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  /** What a sweep goes on by, from `least`. */
  readonly step: number;
  readonly isWhole: boolean;
}

type Bounds = Pick<ParameterRange, 'usual' | 'least' | 'most' | 'step'>;

export function wholeNumber(describes: string, bounds: Bounds): ParameterRange {
  return { describes, ...bounds, isWhole: true };
}

export function anyNumber(describes: string, bounds: Bounds): ParameterRange {
  return { describes, ...bounds, isWhole: false };
}

/** What a sweep of one parameter tries, `least` to `most`. */
export function sweepOf({ least, most, step, isWhole }: ParameterRange): number[] {
  const count = Math.floor((most - least) / step + 1e-9) + 1;
  return Array.from({ length: count }, (_, i) => clean(least + i * step, isWhole));
}

/** Without the dust that adding steps leaves behind. */
function clean(value: number, isWhole: boolean): number {
  return isWhole ? Math.round(value) : Number(value.toPrecision(12));
}
