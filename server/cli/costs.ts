import { createCostRepository } from '#db/repositories/costs.ts';
import {
  CHARGES_KEPT_DAYS,
  type CostGroup,
  type CostItem,
  type CostReport,
  type CostSums,
} from '#domain/costs.ts';
import { DAY_MS, isoTime } from '#domain/time.ts';
import { withTables } from '../open-tables.ts';
import { wallClock } from '../wall-clock.ts';
import { usage } from './instant-option.ts';
import { cliLogger, printJson, tablesConfig } from './session.ts';

export interface CostsOptions {
  readonly by: CostGroup;
  readonly days: string;
  readonly json: boolean;
}

const MOST_DAYS = 3_650;

export async function costs({ by, days, json }: CostsOptions): Promise<void> {
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > MOST_DAYS)
    throw usage(`--days "${days}" must be a whole number from 1 to ${MOST_DAYS}`);
  const config = tablesConfig();
  const toMs = wallClock.nowMs() + 1;
  const report = await withTables(config, cliLogger(config), (database) =>
    createCostRepository(database).report(by, { fromMs: toMs - count * DAY_MS, toMs }),
  );
  if (json) printJson(report);
  else process.stdout.write(`${costText(report)}\n`);
}

function costText({ fromMs, by, total, accepted, items }: CostReport): string {
  const lines = [
    `since ${isoTime(fromMs)}: ${sumsText(total)}, ${total.abstentions} abstentions`,
    ...chargedText(total),
    ...items.map((item) => `  ${nameOf(item).padEnd(24)} ${itemText(item)}`),
  ];
  const { entries, cycles, usdPerEntry, unknownCalls } = accepted;
  const each = usdPerEntry === null ? 'unknown' : usd(usdPerEntry);
  if (entries > 0)
    lines.push(
      `${entries} entries placed in ${cycles} cycles: ${each} of model calls for each${unknownText(unknownCalls)}`,
    );
  else lines.push(`no entry was placed in ${cycles} cycles`);
  if (items.length === 0) lines.splice(1 + chargedText(total).length, 0, `  no call, by ${by}`);
  return lines.join('\n');
}

/** Nothing where every call told its price, or the budget took the others to be free. */
function chargedText({ charged: { calls, usd: amount } }: CostReport['total']): string[] {
  if (calls === 0) return [];
  return [
    `  the budget was charged ${usd(amount)} for ${calls} calls whose price nobody told (of the last ${CHARGES_KEPT_DAYS} days)`,
  ];
}

function nameOf({ key, trade }: CostItem): string {
  if (trade === null) return key ?? 'several symbols';
  return `${trade.side} ${trade.symbol} ${isoTime(trade.placedAtMs)}`;
}

function itemText({ trade, ...item }: CostItem): string {
  if (trade === null) return `${sumsText(item)}${abstentionText(item)}`;
  const share = trade.shareUsd === null ? 'cost unknown' : usd(trade.shareUsd);
  return `${share}${unknownText(item.unknown.costUsd)}, its share of run ${trade.runId}`;
}

function sumsText(sums: CostSums): string {
  const { calls, cachedAnswers, inputTokens, outputTokens, costUsd, unknown } = sums;
  const cached = cachedAnswers === 0 ? '' : `, ${cachedAnswers} answers taken again`;
  const tokens = `${known(inputTokens)} tokens in, ${known(outputTokens)} out${unknownText(unknown.inputTokens)}`;
  const cost = costUsd === null ? 'cost unknown' : `${usd(costUsd)}${unknownText(unknown.costUsd)}`;
  return `${calls} calls${cached}, ${tokens}, ${cost}`;
}

function known(sum: number | null): string {
  return sum === null ? 'unknown' : sum.toLocaleString('en');
}

function usd(amount: number): string {
  return `${amount.toFixed(4)} USD`;
}

function unknownText(calls: number): string {
  return calls === 0 ? '' : ` (+ ${calls} calls unknown)`;
}

function abstentionText({ abstentions }: Pick<CostItem, 'abstentions'>): string {
  return abstentions === null || abstentions === 0 ? '' : `, ${abstentions} abstentions`;
}
