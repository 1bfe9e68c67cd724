/** The Scanner's board of a desk's last cycle. */
import type { Board } from '#domain/board.ts';
import type { CycleRecord } from '#domain/run.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import type { SnapshotStore } from '#graphs/deps.ts';
import { scannerBoard } from '#tools/signals/scanner-board.ts';
import type { Logger } from '../telemetry/logger.ts';

const HOURS_OF_DAY = DAY_MS / HOUR_MS;

export interface BoardPort {
  /** Null before the desk's first cycle that saw a market. */
  board(deskId: string): Promise<Board | null>;
}

interface BoardParts {
  readonly newest: (deskId: string) => Promise<CycleRecord | null>;
  readonly snapshots: Pick<SnapshotStore, 'load'>;
  readonly maxSubjects: number;
  readonly logger: Logger;
}

type DayChanges = ReadonlyMap<MarketSymbol, number>;

export function createBoards({ newest, snapshots, maxSubjects, logger }: BoardParts): BoardPort {
  /** Of the last cycle of each desk: its market does not change any more. */
  const known = new Map<string, { readonly runId: string; readonly changes: Promise<DayChanges> }>();

  function changesOf({ deskId, runId, market }: CycleRecord): Promise<DayChanges> {
    const kept = known.get(deskId);
    if (kept?.runId === runId) return kept.changes;
    const changes = dayChanges(market?.snapshotId, snapshots).catch((err: unknown) => {
      logger.warn({ err, runId }, 'the frozen market of a board cannot be read: it tells no change');
      return new Map<MarketSymbol, number>();
    });
    known.set(deskId, { runId, changes });
    return changes;
  }

  return {
    async board(deskId) {
      const record = await newest(deskId);
      return record && scannerBoard(record, { maxSubjects, dayChanges: await changesOf(record) });
    },
  };
}

/** The last price against the close of the hour a day before, on the market as the cycle froze it. */
async function dayChanges(
  snapshotId: string | undefined,
  snapshots: BoardParts['snapshots'],
): Promise<DayChanges> {
  const snapshot = snapshotId === undefined ? null : await snapshots.load(snapshotId);
  const changes = new Map<MarketSymbol, number>();
  for (const { symbol, series, ticker } of snapshot?.markets.values() ?? []) {
    const before = series.get('1h')?.close.at(-1 - HOURS_OF_DAY);
    if (before !== undefined) changes.set(symbol, ticker.lastQuote / before - 1);
  }
  return changes;
}
