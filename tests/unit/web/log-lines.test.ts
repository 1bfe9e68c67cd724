import { describe, expect, it } from 'vitest';
import type { LogLine } from '#domain/log-line.ts';
import { EMPTY_BUFFER, MOST_LINES, withLines } from '../../../web/logs/log-buffer.ts';
import { matches, readFilter } from '../../../web/logs/log-filter.ts';

function line(id: number, over: Partial<LogLine> = {}): LogLine {
  return {
    ...{ id, atMs: id, level: 'info', role: 'worker', process: 'host:1', message: `line ${id}` },
    ...{ runId: null, fields: {} },
    ...over,
  };
}

describe('the lines a page keeps', () => {
  it('take each line once, in order, whatever a resumed stream repeats', () => {
    const first = withLines(EMPTY_BUFFER, [line(1), line(2)]);
    const resumed = withLines(first, [line(2), line(3)]);
    expect(resumed.lines.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(withLines(resumed, [line(3)])).toBe(resumed);
  });

  it('are the newest, and count what had to go and what the server forgot', () => {
    const many = Array.from({ length: MOST_LINES + 5 }, (_, index) => line(index + 1));
    const { lines, dropped, lost } = withLines(EMPTY_BUFFER, many, 7);
    expect([lines.length, lines[0]?.id, dropped, lost]).toEqual([MOST_LINES, 6, 5, 7]);
  });
});

describe('a filter of lines', () => {
  const failed = line(1, {
    ...{ level: 'error', message: 'request', runId: 'run_abc', role: 'api' },
    fields: { err: { message: 'Order would trigger' } },
  });
  const fits = (search: string) => matches(failed, readFilter(new URLSearchParams(search)));

  it.each([
    '',
    'level=warn',
    'level=error',
    'q=REQU',
    'q=would+trigger',
    'run=abc',
    'role=api',
    'level=no-level',
  ])('takes the line for "%s"', (search) => expect(fits(search)).toBe(true));

  it.each(['level=fatal', 'q=nowhere', 'run=run_b', 'role=guard', 'level=warn&role=worker'])(
    'leaves it out for "%s"',
    (search) => expect(fits(search)).toBe(false),
  );
});
