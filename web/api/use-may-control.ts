import { useSyncExternalStore } from 'react';
import { onSessionChange, sessionState } from './session.ts';

/** False while this session may only read. */
export function useMayControl(): boolean {
  return useSyncExternalStore(onSessionChange, () => sessionState().scope !== 'read');
}
