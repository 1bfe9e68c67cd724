import { useSyncExternalStore } from 'react';
import { type ConnectionState, connection } from '../api/connection.ts';

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.onChange, connection.state);
}
