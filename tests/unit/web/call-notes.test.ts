import { describe, expect, test } from 'vitest';
import type { CallSketch } from '#domain/run-trace.ts';
import { callNotes } from '../../../web/run/call-notes.ts';
import { fakeRun } from '../../support/fake-run.ts';
import { fakeSketch } from '../../support/fake-trace.ts';

const { calls } = fakeRun('run-1', 'traded', {});
const sample = fakeSketch(calls[0]!, calls);

function call(callId: string, change: Partial<CallSketch> = {}): CallSketch {
  return { ...sample, callId, ...change };
}
const first = call('first', { startedAtMs: 1 });
const repair = call('repair', { startedAtMs: 2, repairOf: 'first' });
const kept = { decidedBy: 'model', abstention: null } as const;

describe('what became of each reply', () => {
  test('says nothing of a reply that was used, nor of one whose opinion is not known', () => {
    expect(callNotes([first], kept).size).toBe(0);
    expect(callNotes([first], null).size).toBe(0);
  });

  test('marks a repair that was used, and the reply it repairs', () => {
    expect([...callNotes([first, repair], kept)]).toEqual([
      ['first', { isRepair: false, discarded: 'it could not be read' }],
      ['repair', { isRepair: true, discarded: null }],
    ]);
  });

  test('gives the last reply the reason of the abstention', () => {
    const notes = callNotes([first, repair], { decidedBy: 'rules', abstention: 'ungrounded_number' });
    expect(notes.get('repair')?.discarded).toBe('the reply held a number that was not shown');
  });

  test('blames no reply where the provider failed the repair', () => {
    const failed = { ...repair, status: 'timed_out', reply: null } as const;
    const notes = callNotes([first, failed], { decidedBy: 'rules', abstention: 'timed_out' });
    expect(notes.get('first')?.discarded).toBe('it could not be read');
    expect(notes.get('repair')).toEqual({ isRepair: true, discarded: null });
  });

  test('takes a retry for no repair', () => {
    expect(callNotes([first, call('retry', { startedAtMs: 2, attempt: 2 })], kept).size).toBe(0);
  });
});
