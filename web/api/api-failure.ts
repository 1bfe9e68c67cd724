import type { Problem } from './types.ts';

/** A refusal or failure as the API tells it, or our own words when there was no answer to read. */
export class ApiFailure extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiFailure';
    this.problem = problem;
  }
}

/** Whether this was the server's own answer and final; silence, overload and crashes leave open what happened. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiFailure && error.problem.status >= 400 && error.problem.status < 500;
}
