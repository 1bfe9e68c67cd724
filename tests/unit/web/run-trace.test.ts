import { describe, expect, test } from 'vitest';
import type { Order } from '#domain/order.ts';
import { filterLog, logLines } from '../../../web/run/log-lines.ts';
import { marketClockOf, milestonesOf } from '../../../web/run/run-clock.ts';
import { traceRows } from '../../../web/run/trace-rows.ts';
import { fakeRun } from '../../support/fake-run.ts';
import { fakeTrace } from '../../support/fake-trace.ts';

const traded = fakeTrace(fakeRun('run-1', 'traded'));
const record = traded.record!;

describe('the tree of a trace', () => {
  test('has one line for a node of several spans until it is unfolded', () => {
    const folded = traceRows(traded.spans, [], () => false);
    expect(folded.map(({ label }) => label)).toContain('context × 3');
    expect(folded.every(({ level }) => level === 1)).toBe(true);
    const open = traceRows(traded.spans, [], (key) => key === 'context');
    const at = open.findIndex(({ key }) => key === 'context');
    expect(open.slice(at, at + 4).map(({ label, level }) => [label, level])).toEqual([
      ['context × 3', 1],
      ['BTC', 2],
      ['ETH', 2],
      ['SOL', 2],
    ]);
  });

  test('puts the calls of a span under it, and says how they failed', () => {
    const call = { ...traded.calls[0]!, status: 'timed_out' } as const;
    const rows = traceRows(traded.spans, [call], () => true);
    const at = rows.findIndex(({ key }) => key === call.callId);
    expect(rows[at]).toMatchObject({ level: 2, note: 'timed out', look: 'failed', spanId: call.spanId });
    expect(rows[at - 1]).toMatchObject({ key: call.spanId, isOpen: true });
  });

  test('tells a node as failed as soon as one of its spans is, and open while one is', () => {
    const spans = traded.spans.map((span) => {
      if (span.name !== 'context') return span;
      if (span.symbol?.startsWith('ETH')) return { ...span, status: 'failed' as const };
      return span.symbol?.startsWith('SOL') ? { ...span, status: 'open' as const, durationMs: null } : span;
    });
    const row = traceRows(spans, [], () => false).find(({ key }) => key === 'context');
    expect(row).toMatchObject({ look: 'failed', note: '1 failed', endMs: null });
  });
});

describe('a run on the market’s time', () => {
  const seen = record.nodes.find(({ name }) => name === 'observe')!;
  const market = record.market!;
  const fast = {
    ...record,
    marketFinishedAtMs: market.asOfMs + 60 * (record.finishedAtMs - seen.startedAtMs),
  };

  test('runs as fast as the market did, from the look at it on', () => {
    const at = marketClockOf({ record: fast });
    expect(at?.(seen.startedAtMs)).toBe(market.asOfMs);
    expect(at?.(seen.startedAtMs + 1_000)).toBe(market.asOfMs + 60_000);
  });

  test('stands still where the record knows of no time that passed, and is unknown without a market', () => {
    expect(marketClockOf({ record })?.(seen.startedAtMs + 1_000)).toBe(market.asOfMs);
    expect(marketClockOf({ record: { ...record, market: null } })).toBeNull();
    expect(marketClockOf({ record: null })).toBeNull();
  });

  test('goes from the candle that closed over the decision to the fill', () => {
    const asOfMs = Date.parse('2025-04-07T12:01:00Z');
    const order: Order = {
      ...(record.orders[0] as Order),
      status: 'filled',
      ...{ createdAtMs: asOfMs + 90_000, updatedAtMs: asOfMs + 120_000 },
    };
    const told = { ...record, market: { ...market, asOfMs, fastTimeframe: '3m' } } as const;
    const milestones = milestonesOf({ record: told, orders: [order] });
    expect(milestones.map(({ label, atMs }) => [label, (atMs - asOfMs) / 1_000])).toEqual([
      ['3m candle closed', -60],
      ['Market looked at', 0],
      ['Decided', 0],
      ['BTC entry sent', 90],
      ['BTC entry filled', 120],
    ]);
  });
});

describe('the log of a run', () => {
  const lines = logLines(traded.spans, traded.calls);
  const all = { kind: null, onlyFaults: false, text: '' };

  test('has a line for every span and call, in the order they began', () => {
    expect(lines).toHaveLength(traded.spans.length + traded.calls.length);
    expect(lines.map(({ atMs }) => atMs)).toEqual(lines.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });

  test('is searched in any case over names, states and words, and filtered by kind and failure', () => {
    expect(filterLog(lines, { ...all, text: ' context eth OK ' }).map(({ what }) => what)).toEqual([
      'context ETH',
    ]);
    expect(filterLog(lines, { ...all, kind: 'call' })).toHaveLength(traded.calls.length);
    expect(filterLog(lines, { ...all, onlyFaults: true })).toEqual([]);
    const failed = fakeTrace(fakeRun('run-2', 'failed'));
    const faults = filterLog(logLines(failed.spans, []), { ...all, onlyFaults: true });
    expect(faults.map(({ words }) => words)).toEqual([expect.stringContaining('market_data_unsound')]);
  });
});
