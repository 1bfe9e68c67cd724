/** The API's answers about Q-tables. */
import type { QCurvePoint, QTableFacts } from '#domain/q-table.ts';
import type { QAction } from '#domain/signal.ts';
import type { Page } from './types.ts';

/** From where to where the desks went, or would go; null is no table. */
export interface QTableMove {
  readonly from: number | null;
  readonly to: number | null;
}

export interface QTablePromotion {
  readonly kind: 'promote' | 'rollback';
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface QTableSummary {
  readonly version: number;
  readonly tableId: string;
  readonly hash: string;
  readonly origin: 'trained' | 'imported';
  readonly createdAtMs: number;
  readonly isPromoted: boolean;
  readonly facts: Omit<QTableFacts, 'curve'>;
}

export interface QTablePage extends Page<QTableSummary> {
  readonly promotedVersion: number | null;
  /** Newest first. */
  readonly promotions: readonly QTablePromotion[];
  /** Null where there is nothing to roll back. */
  readonly nextRollback: QTableMove | null;
}

/** A situation that was met; `values` in the order of the table's actions, null where the position does not allow one. */
export interface QState {
  readonly index: number;
  readonly visits: number;
  readonly values: readonly (number | null)[];
}

/** A digit of a state's index. */
export interface QBucket {
  readonly name: string;
  readonly values: readonly string[];
}

export interface QTablePiece extends QTableSummary {
  readonly curve: readonly QCurvePoint[];
  readonly actions: readonly QAction[];
  /** The slowest digit first; null for a table of another encoding. */
  readonly buckets: readonly QBucket[] | null;
  readonly states: { readonly items: readonly QState[]; readonly nextAfter: number | null };
}
