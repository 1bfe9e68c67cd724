import { invalidAt } from './problem.ts';

/** Of a span whose ends are both asked for. @throws AppError `request_invalid` where nothing can lie in it */
export function refuseEmptySpan(name: string, least: number | undefined, most: number | undefined): void {
  if (least === undefined || most === undefined || least <= most) return;
  throw invalidAt({ location: `query.${name}`, message: `${least} is over the end of its span, ${most}` });
}
