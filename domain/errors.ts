/**
 * Failures are thrown as `AppError`; answers (a denial, an abstention, a hold) are values and never pass here.
 * The table gives each code its HTTP status and whether the same call may be tried again; docs/errors.md is made from it.
 */
export interface ErrorRule {
  readonly status: number;
  readonly retryable: boolean;
  readonly meaning: string;
}

export const ERROR_RULES = {
  config_invalid: { status: 500, retryable: false, meaning: 'An environment variable or option is wrong.' },
  usage_invalid: {
    status: 422,
    retryable: false,
    meaning: 'A command line has a wrong word, option or value; its exit code is 2.',
  },
  request_invalid: {
    status: 422,
    retryable: false,
    meaning: 'The request does not fit the documented schema.',
  },
  request_malformed: {
    status: 400,
    retryable: false,
    meaning: 'What was sent is not HTTP that can be read.',
  },
  request_timed_out: { status: 408, retryable: true, meaning: 'The request did not arrive in time.' },
  headers_too_large: {
    status: 431,
    retryable: false,
    meaning: 'Request line and headers are over the limit.',
  },
  unauthorized: {
    status: 401,
    retryable: false,
    meaning: 'The key, PIN or session is missing, wrong or over.',
  },
  forbidden: {
    status: 403,
    retryable: false,
    meaning: 'The caller’s scope, host or origin does not allow the call.',
  },
  not_found: { status: 404, retryable: false, meaning: 'No such run, desk, order or route.' },
  method_not_allowed: { status: 405, retryable: false, meaning: 'The route does not know this method.' },
  conflict: {
    status: 409,
    retryable: false,
    meaning: 'The thing is in a state that does not allow the call.',
  },
  payload_too_large: { status: 413, retryable: false, meaning: 'The request body is over the limit.' },
  idempotency_mismatch: {
    status: 422,
    retryable: false,
    meaning: 'The Idempotency-Key was used with another body.',
  },
  rate_limited: {
    status: 429,
    retryable: true,
    meaning: 'Too many requests; the answer says when to ask again.',
  },
  search_too_wide: {
    status: 422,
    retryable: true,
    meaning: 'The search would have to look at more runs than it may in its time.',
  },
  symbol_invalid: { status: 422, retryable: false, meaning: 'The text is not a symbol.' },
  symbol_unknown: { status: 422, retryable: false, meaning: 'The market source does not offer the symbol.' },
  interval_unbuildable: {
    status: 422,
    retryable: false,
    meaning: 'The timeframe cannot be built from the bars there are.',
  },
  candle_file_malformed: { status: 422, retryable: false, meaning: 'A line of a candle file is unreadable.' },
  candle_data_missing: { status: 503, retryable: false, meaning: 'No candle file covers what was asked.' },
  market_data_unsound: { status: 503, retryable: true, meaning: 'Candles are stale, gapped or impossible.' },
  market_finished: {
    status: 409,
    retryable: false,
    meaning: 'The replay has reached the end of its candles.',
  },
  venue_unavailable: {
    status: 503,
    retryable: true,
    meaning: 'The venue did not answer or refused for load.',
  },
  venue_auth: { status: 502, retryable: false, meaning: 'The venue refused the credentials.' },
  clock_skew: {
    status: 503,
    retryable: false,
    meaning: 'This machine and the venue disagree about the time.',
  },
  order_rejected: { status: 422, retryable: false, meaning: 'The venue rejected the order.' },
  order_turned_away: {
    status: 503,
    retryable: true,
    meaning: 'The venue took no order, for load or during a ban: nothing stands.',
  },
  order_duplicate: { status: 409, retryable: false, meaning: 'The client order id was used before.' },
  order_not_found: { status: 404, retryable: false, meaning: 'The venue does not know the order.' },
  order_unapproved: {
    status: 500,
    retryable: false,
    meaning: 'An order reached a broker without the gate’s approval.',
  },
  order_outcome_unknown: {
    status: 503,
    retryable: false,
    meaning: 'No answer to a sent order; it is looked up, never re-sent.',
  },
  model_unavailable: { status: 503, retryable: true, meaning: 'The model provider failed or timed out.' },
  model_reply_invalid: {
    status: 502,
    retryable: true,
    meaning: 'The model’s reply does not fit its schema.',
  },
  prompt_invalid: {
    status: 422,
    retryable: false,
    meaning: 'A prompt misses a variable, uses an unknown one or cannot be read.',
  },
  database_unavailable: {
    status: 503,
    retryable: true,
    meaning: 'The database cannot be reached or started.',
  },
  data_folder_busy: { status: 409, retryable: false, meaning: 'Another instance uses the data folder.' },
  disk_full: { status: 507, retryable: false, meaning: 'No space is left where the data is kept.' },
  port_taken: { status: 500, retryable: false, meaning: 'The port is in use.' },
  queue_unavailable: { status: 503, retryable: true, meaning: 'The queue’s back end cannot be reached.' },
  run_interrupted: {
    status: 409,
    retryable: false,
    meaning: 'The run was cancelled or drained before its end.',
  },
  internal: {
    status: 500,
    retryable: false,
    meaning: 'Unexpected; the log has the details under the correlation id.',
  },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERROR_RULES;

export interface ErrorDetails {
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.context = details.context ?? {};
  }

  get rule(): ErrorRule {
    return ERROR_RULES[this.code];
  }
}

/** Any thrown thing as an `AppError`; what is not ours becomes `internal` and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', message, { cause: thrown });
}
