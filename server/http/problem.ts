/** Failures as RFC 9457 problem details. The only place that turns an error into an answer. */
import { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AppError, ERROR_RULES, type ErrorCode, toAppError } from '#domain/errors.ts';
import { redactText } from '../telemetry/redact.ts';
import type { ApiContext } from './api-env.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const Problem = z.object({
  /** A page that explains the code. */
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
  code: z.enum(Object.keys(ERROR_RULES) as [ErrorCode, ...ErrorCode[]]),
  retryable: z.boolean(),
  correlationId: z.string(),
  errors: z.array(z.object({ location: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

const UNEXPECTED = 'Something failed that should not; the log has it under the correlation id.';

/** The request a problem answers, as far as it is known. */
type Asked = Pick<Problem, 'instance' | 'correlationId'>;

export function problemOf(error: AppError, { instance, correlationId }: Asked): Problem {
  const errors = error.context.errors as Problem['errors'];
  return {
    type: `/docs#${error.code}`,
    title: error.rule.meaning,
    status: error.rule.status,
    detail: error.code === 'internal' ? UNEXPECTED : redactText(error.message),
    instance,
    code: error.code,
    retryable: error.rule.retryable,
    correlationId,
    ...(errors === undefined ? {} : { errors }),
  };
}

/** The answer to a failure; `headers` of the error's context go out with it. */
export function problemResponse(thrown: unknown, context: ApiContext): Response {
  const error = borderError(thrown);
  context.set('failure', error);
  const headers = (error.context.headers ?? {}) as Record<string, string>;
  const asked = { instance: context.req.path, correlationId: context.get('correlationId') };
  return context.body(JSON.stringify(problemOf(error, asked)), error.rule.status as ContentfulStatusCode, {
    ...headers,
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
  });
}

/** Every issue of a schema with the place it is in, such as `json.symbols[0]`. */
export function requestInvalid(target: string, error: z.ZodError): AppError {
  const errors = error.issues.map((issue) => ({
    location: locate(target, issue.path),
    message: issue.message,
  }));
  return invalidAt(...errors);
}

export function invalidAt(...errors: NonNullable<Problem['errors']>): AppError {
  const words = errors.map(({ location, message }) => `${location}: ${message}`).join('; ');
  return new AppError('request_invalid', `the request is not understood: ${words}`, { context: { errors } });
}

function locate(target: string, path: readonly PropertyKey[]): string {
  const place = target === 'json' ? 'body' : target;
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`),
    place,
  );
}

/** The framework's own refusals (unreadable JSON, another media type) are bad requests, not faults of ours. */
function borderError(thrown: unknown): AppError {
  if (!(thrown instanceof HTTPException)) return toAppError(thrown);
  if (thrown.status === 413) return new AppError('payload_too_large', thrown.message, { cause: thrown });
  if (thrown.status >= 500) return toAppError(thrown);
  const words =
    thrown.status === 415 ? 'the body must be sent as application/json' : 'the body is not readable as JSON';
  return new AppError('request_invalid', words, { cause: thrown });
}
