/**
 * What the wire said, beside what ccxt makes of it: ccxt's error classes lose the venue's own code and the HTTP status,
 * and behind another base URL they are often the wrong ones.
 */
import type { Exchange } from 'ccxt';

export interface WireReply {
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The venue's own number of an error; null where the body names none. */
  readonly venueCode: number | null;
  /** The venue's own words; null where the body has none. */
  readonly venueText: string | null;
}

const REFUSALS = new WeakMap<object, WireReply>();

/** The reply that made ccxt throw this; null when no reply came, or ccxt refused the call itself. */
export function refusalOf(thrown: unknown): WireReply | null {
  return (typeof thrown === 'object' && thrown !== null && REFUSALS.get(thrown)) || null;
}

/** Tells `onReply` of every reply from now on, and remembers with each thrown error the reply it was made of. */
export function watchReplies(exchange: Exchange, onReply: (reply: WireReply) => void): void {
  const handleErrors = exchange.handleErrors.bind(exchange);
  const handleHttpStatusCode = exchange.handleHttpStatusCode.bind(exchange);
  exchange.handleErrors = (httpStatus: number, reason, url, method, headers, body, response, ...rest) => {
    const reply = { httpStatus, headers, ...ownWords(response ?? parsed(body)) };
    onReply(reply);
    return remembering(reply, () =>
      handleErrors(httpStatus, reason, url, method, headers, body, response, ...rest),
    );
  };
  exchange.handleHttpStatusCode = (httpStatus: number, reason, url, method, body) => {
    // An answer to what was asked is read once, by ccxt.
    if (httpStatus < 400) return handleHttpStatusCode(httpStatus, reason, url, method, body);
    const reply = { httpStatus, headers: {}, ...ownWords(parsed(body)) };
    remembering(reply, () => handleHttpStatusCode(httpStatus, reason, url, method, body));
  };
}

function remembering<Result>(reply: WireReply, run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null) REFUSALS.set(thrown, reply);
    throw thrown;
  }
}

/** Binance says `code` and `msg`, Bybit `retCode` and `retMsg`; OKX and Bitget write the code as text. */
function ownWords(response: unknown): Pick<WireReply, 'venueCode' | 'venueText'> {
  if (typeof response !== 'object' || response === null) return { venueCode: null, venueText: null };
  const body = response as Readonly<Record<string, unknown>>;
  const single = ownRefusal(body.data);
  const text = single?.sMsg ?? body.msg ?? body.retMsg;
  return {
    venueCode: numberIn(single?.sCode ?? body.code ?? body.retCode),
    venueText: typeof text === 'string' && text !== '' ? text : null,
  };
}

/** OKX adds a second number to some of its own, as in 51008_1000. */
function numberIn(code: unknown): number | null {
  const [first = ''] = String(code ?? '').split('_');
  return first !== '' && Number.isInteger(Number(first)) ? Number(first) : null;
}

/** OKX says of a refused order only that something failed, and what beside the order itself. */
function ownRefusal(list: unknown): { readonly sCode: string; readonly sMsg: string } | null {
  const first: unknown = Array.isArray(list) ? list[0] : null;
  if (typeof first !== 'object' || first === null || !('sCode' in first)) return null;
  const sMsg = 'sMsg' in first ? String(first.sMsg) : '';
  return first.sCode === '0' ? null : { sCode: String(first.sCode), sMsg };
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
