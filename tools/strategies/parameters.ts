/** Parameters as they are given or drawn, held to the ranges of their strategy. */
import { z } from 'zod';
import { AppError } from '#domain/errors.ts';
import { type StrategyParameters, sweepOf } from './parameter-range.ts';
import type { Strategy } from './strategy.ts';

/** The schema of a strategy's parameters; what is left out takes its usual value, a name it does not have is refused. */
export function parametersSchema(strategy: Strategy): z.ZodType<StrategyParameters> {
  const shape = Object.entries(strategy.ranges).map(([name, { usual, least, most, isWhole, describes }]) => {
    const number = isWhole ? z.number().int() : z.number();
    return [name, number.min(least).max(most).default(usual).describe(describes)] as const;
  });
  return z.strictObject(Object.fromEntries(shape)).superRefine((parameters, context) => {
    const clash = strategy.clash(parameters);
    if (clash !== null) context.addIssue({ code: 'custom', message: clash });
  });
}

/**
 * These parameters, and the usual ones for the rest.
 * @throws AppError `usage_invalid` that names the strategy, the parameter and what it may be
 */
export function parametersOf(
  strategy: Strategy,
  given: Readonly<Record<string, unknown>> = {},
): StrategyParameters {
  const parsed = parametersSchema(strategy).safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0] ?? '');
    const range = strategy.ranges[name];
    if (range === undefined) return message;
    const kind = range.isWhole ? 'a whole number' : 'a number';
    return `${name} ${String(given[name])} has to be ${kind} from ${range.least} to ${range.most}`;
  });
  throw new AppError('usage_invalid', `strategy ${strategy.name}: ${faults.join('; ')}`);
}

/**
 * A set drawn from the ranges' steps, parameters that clash drawn again.
 * @param random uniform, 0 up to 1
 * @throws RangeError when a hundred draws all clash
 */
export function drawParameters(strategy: Strategy, random: () => number): StrategyParameters {
  for (let draw = 0; draw < 100; draw++) {
    const drawn = Object.fromEntries(
      Object.entries(strategy.ranges).map(([name, range]) => {
        const values = sweepOf(range);
        return [name, values[Math.floor(random() * values.length)] ?? range.usual];
      }),
    );
    if (strategy.clash(drawn) === null) return drawn;
  }
  throw new RangeError(`drawParameters: a hundred draws of ${strategy.name} clash`);
}
