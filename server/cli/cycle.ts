import { AppError } from '#domain/errors.ts';
import type { OrderRequest } from '#domain/order.ts';
import { CycleRecord } from '#domain/run.ts';
import type { SpendingMode } from '#domain/spending.ts';
import type { MarketSymbol } from '#domain/symbol.ts';
import type { Container } from '../container.ts';
import { withCandidates } from '../engine/candidates.ts';
import { onceDeskId } from '../engine/market-desks.ts';
import { assertOffered, openCycle } from '../engine/run-service.ts';
import { wallClock } from '../wall-clock.ts';
import { awaitApproval } from './await-approval.ts';
import {
  cliConfig,
  marketLine,
  printJson,
  symbolList,
  withContainer,
  withMode,
  withUniverse,
} from './session.ts';

interface CycleOptions {
  readonly symbols?: string;
  readonly desk?: string;
  readonly mode?: SpendingMode;
  readonly json: boolean;
}

/**
 * One cycle now. Without `--desk` it runs on a paper account of its own at the start of the candles, so that the same
 * command gives the same decisions; with it, on the standing desk and the running clock.
 */
export async function cycle(options: CycleOptions): Promise<void> {
  const configured = withMode(cliConfig(), options.mode);
  const symbols = options.symbols === undefined ? null : symbolList(options.symbols);
  const config = symbols === null ? configured : withUniverse(configured, symbols);
  if (config.mode === 'live' && options.desk === undefined)
    throw new AppError(
      'config_invalid',
      'a cycle of its own trades on paper alone: name the live desk with --desk, or set VIGIL_MODE=paper',
    );
  const clock = options.desk === undefined ? 'fixed' : 'followed';
  const record = await withContainer({ clock, config }, async (container) => {
    const runId = container.ids.next('run');
    const deskId = options.desk ?? (await makeDesk(container, runId, symbols));
    const opened = await openCycle(container, deskId, runId);
    if ('skipped' in opened) {
      throw new AppError(
        'conflict',
        `desk ${deskId} is running cycle ${opened.runningRunId}: wait for its end`,
      );
    }
    if ((await container.engine.execute(runId)) === 'parked') await awaitApproval(runId, container);
    const made = await container.rows.runs.record(runId);
    if (made === null) throw new AppError('internal', `run ${runId} left no record`);
    // Out of the database the keys come in its own order; the schema puts them back into ours.
    return CycleRecord.parse(made);
  });
  if (options.json) printJson(record);
  else process.stdout.write(`${describe(record)}\n`);
  if (record.outcome === 'failed') process.exitCode = 1;
}

/** A paused desk for this one cycle: it stays in the list with its trace, and nothing schedules it. */
async function makeDesk(
  container: Container,
  runId: string,
  symbols: readonly MarketSymbol[] | null,
): Promise<string> {
  const { source } = container;
  const watched = symbols ?? withCandidates(source.symbols, source.candidates);
  await assertOffered(watched, container);
  const deskId = onceDeskId(source.key, runId);
  await container.rows.desks.create({
    deskId,
    name: `one cycle on ${source.market.source.name}`.slice(0, 60),
    symbols: [...watched],
    intervalMs: container.config.cycleIntervalMs,
    paused: true,
    createdAtMs: wallClock.nowMs(),
  });
  return deskId;
}

function describe(record: CycleRecord): string {
  const lines = [`${record.outcome}: ${record.reason}`];
  if (record.market) {
    const { source, asOfMs, symbols, bars } = record.market;
    lines.push(`${marketLine(source, asOfMs)}, ${symbols.length} symbols, ${bars} bars`);
  }
  for (const { name, symbol, decidedBy, durationMs, error } of record.nodes) {
    const what = `${name}${symbol ? ` ${symbol}` : ''}`.padEnd(26);
    lines.push(
      `  ${what} ${decidedBy.padEnd(5)} ${durationMs.toFixed(1).padStart(7)} ms${error ? `  ${error.message}` : ''}`,
    );
  }
  for (const { symbol, code, message } of record.withheld)
    lines.push(`  propose ${symbol}: nothing (${code}): ${message}`);
  for (const verdict of record.verdicts) {
    const codes = verdict.findings.map(({ code }) => code).join(', ');
    lines.push(`  ${verdict.stage} ${verdict.symbol}: ${verdict.outcome}${codes ? ` (${codes})` : ''}`);
  }
  for (const order of ordersOf(record)) lines.push(`  ${describeOrder(order)}`);
  for (const { reason } of record.spending?.steps ?? []) lines.push(`  spending: ${reason}`);
  for (const note of record.notes) lines.push(`  note: ${note}`);
  if (record.account.after)
    lines.push(`equity ${record.account.after.equityQuote} ${record.account.after.quote} (${record.mode})`);
  return lines.join('\n');
}

interface SentOrder extends OrderRequest {
  readonly status: string;
  readonly averagePriceQuote: string | null;
}

/** Each intent as the venue tells it; one the venue does not show, as it was meant. */
function ordersOf({ intents, orders }: CycleRecord): SentOrder[] {
  const known = new Map(orders.map((order) => [order.clientOrderId, order]));
  return intents.map(
    ({ request, status }) =>
      known.get(request.clientOrderId) ?? { ...request, status, averagePriceQuote: null },
  );
}

function describeOrder(order: SentOrder): string {
  const { purpose, side, quantityBase, symbol, type, status } = order;
  const asked = order.triggerPriceQuote ?? order.priceQuote;
  const price = order.averagePriceQuote ?? asked;
  return `${purpose} ${side} ${quantityBase} ${symbol} ${type}${price === null ? '' : ` at ${price}`}: ${status}`;
}
