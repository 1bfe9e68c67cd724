/** What this browser may do here. The session itself is a cookie that no script can read. */

export interface SessionAnswer {
  readonly scope: 'read' | 'control' | null;
  /** `none` where nobody has to log in. */
  readonly method: 'key' | 'pin' | 'none' | null;
  readonly csrfToken: string | null;
  readonly logIns: readonly ('key' | 'pin')[];
}

export interface SessionState extends SessionAnswer {
  /** `wanted`: log in before anything is shown; `ended`: log in again, over the page that is open. */
  readonly status: 'unknown' | 'open' | 'wanted' | 'ended';
}

const NOBODY: SessionAnswer = { scope: null, method: null, csrfToken: null, logIns: ['key'] };

let state: SessionState = { ...NOBODY, status: 'unknown' };
const listeners = new Set<() => void>();

export function sessionState(): SessionState {
  return state;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the server says of it. */
export function tellSession({ scope, method, csrfToken, logIns }: SessionAnswer): void {
  const wasOpen = state.status === 'open' || state.status === 'ended';
  const status = scope !== null ? 'open' : wasOpen ? 'ended' : 'wanted';
  change({ scope, method, csrfToken, logIns, status });
}

/** The server could not be asked: the pages show themselves, and say that it is away. */
export function sessionUntold(): void {
  if (state.status === 'unknown') change({ ...state, scope: 'control', status: 'open' });
}

/** The server answered 401. */
export function sessionRefused(): void {
  if (state.status === 'open') change({ ...state, scope: null, status: 'ended' });
}

export function loggedOut(): void {
  change({ ...state, ...NOBODY, logIns: state.logIns, status: 'wanted' });
}

function change(next: SessionState): void {
  const isSame = (Object.keys(next) as (keyof SessionState)[]).every(
    (key) => JSON.stringify(next[key]) === JSON.stringify(state[key]),
  );
  if (isSame) return;
  state = next;
  for (const listener of listeners) listener();
}
