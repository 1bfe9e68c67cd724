import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEventParser } from '../../../web/api/event-parser.ts';

const STREAM = ': hello\n\nid: 7\nevent: run.started\ndata: {"a":1}\n\nid: 8\ndata: one\ndata: two\r\n\r\n';

describe('the event parser', () => {
  test('gives each message once its empty line has come', () => {
    const parser = createEventParser();
    expect(parser.feed('id: 7\nevent: run.started\ndata: {}\n')).toEqual([]);
    expect(parser.feed('\n')).toEqual([{ id: '7', event: 'run.started', data: '{}' }]);
  });

  test('reads the same messages wherever the network cuts the text', () => {
    const whole = createEventParser().feed(STREAM);
    expect(whole.map(({ data }) => data)).toEqual(['{"a":1}', 'one\ntwo']);
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const parser = createEventParser();
        const ends = [...cuts, STREAM.length].sort((left, right) => left - right);
        const pieces = ends.flatMap((end, index) => parser.feed(STREAM.slice(ends[index - 1] ?? 0, end)));
        expect(pieces).toEqual(whole);
      }),
    );
  });

  test('says nothing for comments and for blocks without data', () => {
    expect(createEventParser().feed(': beat\n\nretry: 2000\n\nid: 3\n\n')).toEqual([]);
  });
});
