import { describe, expect, it } from 'vitest';
import { rootFolder } from '#server/paths.ts';
import { drawCycle } from '../../../scripts/docs/cycle-diagram.ts';
import { between, generatedDocuments, staleDocuments } from '../../../scripts/docs/generated-documents.ts';

const EDGES = [
  { source: 'guardian', target: 'protect', conditional: true },
  { source: 'guardian', target: 'scanner', conditional: true },
  { source: 'guardian', target: 'record', conditional: true },
  { source: 'scanner', target: 'context', conditional: true },
  { source: 'scanner', target: 'record', conditional: true },
  { source: 'protect', target: 'record', conditional: false },
  { source: 'executor', target: 'close', conditional: true },
  { source: 'executor', target: 'place', conditional: true },
];
const NODES = ['guardian', 'protect', 'scanner', 'context', 'executor', 'close', 'place', 'record'];

describe('generated documents', () => {
  it('are as fresh as the code they are made from', async () => {
    const stale = await staleDocuments(rootFolder());
    expect(
      stale.map(({ path }) => path),
      'run `npm run docs` and commit what it writes',
    ).toEqual([]);
  });

  it('name every document once', async () => {
    const paths = (await generatedDocuments(rootFolder())).map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
  });

  it('replace only what stands between their markers', () => {
    const markers = { from: '<!-- a -->', to: '<!-- /a -->' };
    expect(between('head\n<!-- a -->\nold\n<!-- /a -->\ntail', markers, 'new')).toBe(
      'head\n<!-- a -->\nnew\n<!-- /a -->\ntail',
    );
  });

  it('refuse a text that lost its markers', () => {
    expect(() => between('head', { from: '<!-- a -->', to: '<!-- /a -->' }, 'new')).toThrow('<!-- a -->');
  });
});

describe('the cycle diagram', () => {
  it('draws agents and tools apart and labels what is decided', () => {
    const diagram = drawCycle(NODES, EDGES);
    expect(diagram).toContain('guardian([guardian]):::agent');
    expect(diagram).toContain('protect[protect]:::tool');
    expect(diagram).toContain('guardian -->|halted| protect');
    expect(diagram).toContain('scanner -->|nothing to decide| record');
  });

  it('leaves out the edge a failure takes and keeps the one every run takes', () => {
    const diagram = drawCycle(NODES, EDGES);
    expect(diagram).not.toContain('guardian --> record');
    expect(diagram).toContain('protect --> record');
  });

  it('refuses to draw a graph that lost an edge it has a word for', () => {
    const without = EDGES.filter(({ target }) => target !== 'protect');
    expect(() => drawCycle(NODES, without)).toThrow('guardian → protect');
  });
});
