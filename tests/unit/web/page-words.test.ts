import { describe, expect, test } from 'vitest';
import type { ModelModes } from '#domain/spending.ts';
import { modeMeaning, toldWords } from '../../../web/costs/mode-words.ts';
import { inQuote, skippedWords } from '../../../web/format/words.ts';
import { fieldWords } from '../../../web/logs/field-words.ts';
import { timesNote } from '../../../web/runs/run-words.ts';

const modes: ModelModes = {
  ...{ mode: null, switchedBy: null, switchedAtMs: null, configured: 'premium', effective: 'premium' },
  ...{ model: 'dear-model', savingModel: 'cheap-model' },
};

function shown(fields: Record<string, unknown>): string {
  return fieldWords({
    ...{ id: 1, atMs: 0, level: 'info', role: 'api', process: 'host:1', message: 'said', runId: null },
    fields,
  });
}

describe('what the pages say', () => {
  test('of a mode: whom it asks, and whom it would ask were a model configured', () => {
    expect(modeMeaning('premium', modes, true)).toBe('agents ask dear-model');
    expect(modeMeaning('premium', modes, false)).toBe('agents would ask dear-model; no model is configured');
    expect(modeMeaning('free', modes, false)).toBe('nobody is asked: the rules decide, at no cost');
  });

  test('of the day’s calls: nothing of a price where nothing was spent', () => {
    expect(toldWords({ spentUsd: 0, untoldUsd: 0, limitUsd: 5 })).toBe('Nothing was spent today.');
    expect(toldWords({ spentUsd: 1, untoldUsd: 0, limitUsd: 5 })).toBe('Every call of today told its price.');
    expect(toldWords({ spentUsd: 1, untoldUsd: 0.5, limitUsd: 5 })).toContain('Of it $0.50');
  });

  test('of cycles left out: how many, and why', () => {
    expect(skippedWords(0)).toBe('no cycle was skipped');
    expect(skippedWords(1)).toBe('1 cycle was skipped because one was running');
    expect(skippedWords(12)).toBe('12 cycles were skipped because one was running');
  });

  test('of money: what it is counted in, once that is known', () => {
    expect(inQuote('all of its time', 'USDC')).toBe('all of its time, in USDC');
    expect(inQuote('all of its time', null)).toBe('all of its time');
  });

  test('of runs that no time fits: which clock was meant', () => {
    expect(timesNote({})).toBe('');
    expect(timesNote({ to: '2025-01-01T02:00Z' })).toContain('wall times');
  });

  test('of a line’s fields: whole ones, and a sign that there are more', () => {
    const fields = { note: 'x'.repeat(130), startedAtMs: 1_763_690_400_000, more: true };
    expect(shown(fields)).toBe(`note=${'x'.repeat(130)} …`);
    expect(shown({ symbols: 3, of: ['a'] })).toBe('symbols=3');
    expect(shown({ note: 'x'.repeat(200) })).toMatch(/^note=x+ …$/);
  });
});
