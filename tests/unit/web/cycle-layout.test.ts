import { describe, expect, test } from 'vitest';
import { NodeName } from '#domain/run.ts';
import { layoutTall, layoutWide } from '../../../web/run/cycle-layout.ts';
import { contextSubjects, mostTelling, readNode } from '../../../web/run/node-reading.ts';
import { fakeRun, fakeSpan } from '../../support/fake-run.ts';
import { uncut } from '../../support/fake-trace.ts';

const SUBJECTS = [[], ['BTC/USDT:USDT'], ['A/U:U', 'B/U:U', 'C/U:U', 'D/U:U', 'E/U:U', 'F/U:U', 'G/U:U']];

describe.each([
  ['wide', layoutWide],
  ['tall', layoutTall],
])('the %s drawing of the cycle', (_name, layout) => {
  test.each(SUBJECTS.map((subjects) => [subjects.length, subjects] as const))(
    'has a place for every node with %i subjects, inside its bounds and clear of each other',
    (_count, subjects) => {
      const { nodes, width, height } = layout(subjects);
      expect(new Set(nodes.map((node) => node.name))).toEqual(new Set(NodeName.options));
      expect(nodes.filter((node) => node.name === 'context')).toHaveLength(Math.max(1, subjects.length));
      for (const node of nodes) {
        expect(node.x).toBeGreaterThanOrEqual(0);
        expect(node.y).toBeGreaterThanOrEqual(0);
        expect(node.x + node.width).toBeLessThanOrEqual(width);
        expect(node.y + node.height).toBeLessThanOrEqual(height);
        for (const other of nodes)
          if (other !== node)
            expect(
              node.x + node.width <= other.x ||
                other.x + other.width <= node.x ||
                node.y + node.height <= other.y ||
                other.y + other.height <= node.y,
              `${node.key} lies on ${other.key}`,
            ).toBe(true);
      }
    },
  );

  test('wires the nodes as the machine does', () => {
    const edges = layout(['BTC/USDT:USDT']).edges.map(({ from, to, when }) => [from, to, when]);
    expect(edges).toContainEqual(['guardian', 'protect', 'halted']);
    expect(edges).toContainEqual(['guardian', 'scanner', null]);
    expect(edges).toContainEqual(['scanner', 'record', 'nothing to decide']);
    expect(edges).toContainEqual(['scanner', 'context:BTC/USDT:USDT', null]);
    expect(edges).toContainEqual(['context:BTC/USDT:USDT', 'propose', null]);
    expect(edges).toContainEqual(['executor', 'close', null]);
    expect(edges).toContainEqual(['close', 'approval', null]);
    expect(edges).toContainEqual(['approval', 'place', null]);
    expect(edges).toContainEqual(['executor', 'place', 'nobody asked']);
    expect(edges).toContainEqual(['place', 'record', null]);
    expect(edges).toContainEqual(['protect', 'record', null]);
  });
});

describe('reading a trace', () => {
  test('takes the newest span of a node a resumed run repeated, and keeps the others as attempts', () => {
    const lost = uncut(fakeSpan('run-1', 'risk', { startedAtMs: 1_000, status: 'lost' }));
    const again = uncut({ ...fakeSpan('run-1', 'risk', { startedAtMs: 9_000 }), spanId: 'again' });
    const reading = readNode('risk', null, [again, lost]);
    expect(reading.state).toBe('ok');
    expect(reading.attempts).toEqual([lost, again]);
  });

  test('points at the node that failed', () => {
    expect(mostTelling(fakeRun('run-1', 'failed').spans.map(uncut))).toBe('observe');
  });

  test('names the subjects in the order they were asked about', () => {
    const symbols = ['SOL/USDT:USDT', 'BTC/USDT:USDT'];
    expect(contextSubjects(fakeRun('run-1', 'traded', { symbols }).spans.map(uncut))).toEqual(symbols);
  });
});
