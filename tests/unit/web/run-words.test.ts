import { describe, expect, test } from 'vitest';
import { runInstant, runReason, runTitle } from '../../../web/runs/run-words.ts';
import { fakeRun } from '../../support/fake-run.ts';

const { run } = fakeRun('run-1', 'traded');

describe('a run in words', () => {
  test('is its kind, symbols, outcome and market time, and never its id', () => {
    expect(runTitle(run)).toBe('Cycle of BTC, ETH, SOL: traded, market 2025-04-07 12:00 UTC');
  });

  test('counts the symbols that have no room, and says when it is under way', () => {
    const symbols = ['A/U:U', 'B/U:U', 'C/U:U', 'D/U:U', 'E/U:U'];
    const words = runTitle({ ...run, kind: 'analysis', symbols, outcome: null, status: 'running' });
    expect(words).toMatch(/^Analysis of A, B, C and 2 more: under way,/);
  });

  test('says by which clock it is told: the wall’s until the market was read', () => {
    const startedAtMs = Date.UTC(2026, 10, 21, 7, 2, 31);
    expect(runInstant(run)).toBe('market 2025-04-07 12:00 UTC');
    expect(runInstant({ ...run, startedAtMs, marketAsOfMs: null })).toBe(
      'started wall 2026-11-21 07:02:31 UTC',
    );
  });

  test('says of a fork and a shadow that they would have traded', () => {
    expect(runTitle({ ...run, kind: 'fork' })).toContain('Fork of BTC, ETH, SOL: would have traded,');
    expect(runTitle({ ...run, kind: 'shadow', outcome: 'held' })).toContain(': held,');
  });

  test('writes the instants of its reason as the page does', () => {
    expect(runReason({ ...run, reason: 'nobody answered by 2026-11-21T16:40:32.500Z' })).toBe(
      'Nobody answered by 2026-11-21 16:40:32 UTC',
    );
  });

  test('gives its reason with symbols as the page writes them', () => {
    expect(runReason({ ...run, reason: 'entry BNB/USDT:USDT, exit BTC/USDT:USDT' })).toBe(
      'Entry BNB, exit BTC',
    );
  });
});
