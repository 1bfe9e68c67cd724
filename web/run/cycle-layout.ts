/** Where the boxes and lines of the drawn cycle lie: in one row on a desk, in one column on a phone. Pure. */
import type { NodeName } from '#domain/run.ts';
import { type Box, bottom, left, type Point, right, roundedPath, top } from './geometry.ts';
import { nodeKey } from './node-reading.ts';

export interface PlacedNode extends Box {
  readonly key: string;
  readonly name: NodeName;
  readonly symbol: string | null;
}

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
  /** Set on the ways round, which are taken only when this is so. */
  readonly when: 'halted' | 'nothing to decide' | 'nobody asked' | null;
}

export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

export interface CycleLayout {
  readonly shape: 'wide' | 'tall';
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly labels: readonly PlacedLabel[];
}

const BEFORE: readonly NodeName[] = ['observe', 'indicators', 'qtable', 'breaker', 'guardian', 'scanner'];
const AFTER: readonly NodeName[] = [
  ...(['propose', 'gate', 'risk', 'executor', 'close', 'approval', 'place', 'record'] as const),
];

const WIDE = {
  node: 88,
  height: 56,
  chip: 108,
  chipHeight: 40,
  gap: 12,
  fanGap: 30,
  lane: 26,
  leastFan: 2,
  bypass: 13,
};

/** The main line from left to right, the way through protect above it, the short way to the record below. */
export function layoutWide(subjects: readonly string[]): CycleLayout {
  const fan = fanOf(subjects);
  const fanHeight = Math.max(WIDE.leastFan, fan.length) * (WIDE.chipHeight + 8) - 8;
  const centreY = WIDE.height + WIDE.lane + Math.max(WIDE.height, fanHeight) / 2;
  const row = (name: NodeName, x: number) =>
    place(name, null, { x, y: centreY - WIDE.height / 2, width: WIDE.node, height: WIDE.height });
  const before = BEFORE.map((name, index) => row(name, index * (WIDE.node + WIDE.gap)));
  const fanX = BEFORE.length * (WIDE.node + WIDE.gap) - WIDE.gap + WIDE.fanGap;
  const fanTop = centreY - (fan.length * (WIDE.chipHeight + 8) - 8) / 2;
  const chips = fan.map((symbol, index) =>
    place('context', symbol, {
      x: fanX,
      y: fanTop + index * (WIDE.chipHeight + 8),
      width: WIDE.chip,
      height: WIDE.chipHeight,
    }),
  );
  const afterX = fanX + WIDE.chip + WIDE.fanGap;
  const after = AFTER.map((name, index) => row(name, afterX + index * (WIDE.node + WIDE.gap)));
  const guardian = nodeOf(before, 'guardian');
  const scanner = nodeOf(before, 'scanner');
  const record = nodeOf(after, 'record');
  const [executor, placing] = [nodeOf(after, 'executor'), nodeOf(after, 'place')];
  const overY = executor.y - WIDE.bypass;
  const protect = place('protect', null, {
    x: scanner.x,
    y: 0,
    width: WIDE.node,
    height: WIDE.height,
  });
  const laneY = centreY + Math.max(WIDE.height, fanHeight) / 2 + WIDE.lane - 4;
  const [guardianX] = top(guardian);
  const [scannerX] = bottom(scanner);
  const [recordX] = top(record);
  const protectY = left(protect)[1];
  return {
    shape: 'wide',
    width: record.x + record.width,
    height: laneY + 4,
    nodes: [...before, protect, ...chips, ...after],
    edges: [
      ...mainLine(before, chips, after, acrossFan),
      edge(guardian, protect, [top(guardian), [guardianX, protectY], left(protect)], 'halted'),
      edge(protect, record, [right(protect), [recordX, protectY], top(record)]),
      edge(
        scanner,
        record,
        [bottom(scanner), [scannerX, laneY], [recordX, laneY], bottom(record)],
        'nothing to decide',
      ),
      edge(
        executor,
        placing,
        [top(executor), [top(executor)[0], overY], [top(placing)[0], overY], top(placing)],
        'nobody asked',
      ),
    ],
    labels: [
      { text: 'halted', x: guardianX - 46, y: protectY - 8 },
      { text: 'nothing to decide', x: scannerX + 14, y: laneY - 20 },
    ],
  };
}

const TALL = { width: 340, node: 206, height: 44, gap: 14, chipHeight: 44, laneX: 222, perRow: 2, bypass: 8 };

/** The main line from top to bottom, the two ways round at its right. */
export function layoutTall(subjects: readonly string[]): CycleLayout {
  const step = TALL.height + TALL.gap;
  const row = (name: NodeName, y: number) =>
    place(name, null, { x: 0, y, width: TALL.node, height: TALL.height });
  const before = BEFORE.map((name, index) => row(name, index * step));
  const fanY = BEFORE.length * step;
  const fan = fanOf(subjects);
  const perRow = Math.min(TALL.perRow, fan.length);
  const chipWidth = (TALL.node - (perRow - 1) * 8) / perRow;
  const chips = fan.map((symbol, index) =>
    place('context', symbol, {
      x: (index % perRow) * (chipWidth + 8),
      y: fanY + Math.floor(index / perRow) * (TALL.chipHeight + 8),
      width: chipWidth,
      height: TALL.chipHeight,
    }),
  );
  const fanRows = Math.ceil(fan.length / perRow);
  const afterY = fanY + fanRows * (TALL.chipHeight + 8) - 8 + TALL.gap;
  const after = AFTER.map((name, index) => row(name, afterY + index * step));
  const guardian = nodeOf(before, 'guardian');
  const scanner = nodeOf(before, 'scanner');
  const record = nodeOf(after, 'record');
  const protect = place('protect', null, {
    x: TALL.laneX + 16,
    y: guardian.y,
    width: TALL.width - TALL.laneX - 16,
    height: TALL.height,
  });
  const [executor, placing] = [nodeOf(after, 'executor'), nodeOf(after, 'place')];
  const besideX = TALL.node + TALL.bypass;
  const [recordX, recordY] = right(record);
  const [protectX, protectY] = bottom(protect);
  return {
    shape: 'tall',
    width: TALL.width,
    height: record.y + record.height,
    nodes: [...before, protect, ...chips, ...after],
    edges: [
      ...mainLine(before, chips, after, downFan),
      edge(guardian, protect, [right(guardian), left(protect)], 'halted'),
      edge(protect, record, [
        [protectX, protectY],
        [protectX, recordY + 8],
        [recordX, recordY + 8],
      ]),
      edge(
        scanner,
        record,
        [right(scanner), [TALL.laneX, right(scanner)[1]], [TALL.laneX, recordY - 8], [recordX, recordY - 8]],
        'nothing to decide',
      ),
      edge(
        executor,
        placing,
        [right(executor), [besideX, right(executor)[1]], [besideX, right(placing)[1]], right(placing)],
        'nobody asked',
      ),
    ],
    labels: [
      { text: 'halted', x: TALL.laneX + 16, y: guardian.y - 19 },
      { text: 'nothing to', x: TALL.laneX + 8, y: scanner.y + 28 },
      { text: 'decide', x: TALL.laneX + 8, y: scanner.y + 42 },
    ],
  };
}

/** Before the subjects are known one box stands for them all. */
function fanOf(subjects: readonly string[]): readonly (string | null)[] {
  return subjects.length === 0 ? [null] : subjects;
}

function place(name: NodeName, symbol: string | null, box: Box): PlacedNode {
  return { key: nodeKey(name, symbol), name, symbol, ...box };
}

function nodeOf(nodes: readonly PlacedNode[], name: NodeName): PlacedNode {
  const found = nodes.find((node) => node.name === name);
  if (!found) throw new Error(`node ${name} is not on this line`);
  return found;
}

type FanLine = (from: PlacedNode, to: PlacedNode) => Point[];

function mainLine(
  before: readonly PlacedNode[],
  chips: readonly PlacedNode[],
  after: readonly PlacedNode[],
  line: FanLine,
): PlacedEdge[] {
  const pairs = [...neighbours(before), ...neighbours(after)];
  const last = before.at(-1);
  const next = after[0];
  if (last && next) for (const chip of chips) pairs.push([last, chip], [chip, next]);
  return pairs.map(([from, to]) => edge(from, to, line(from, to)));
}

function neighbours(nodes: readonly PlacedNode[]): [PlacedNode, PlacedNode][] {
  return nodes.slice(1).flatMap((to, index) => {
    const from = nodes[index];
    return from ? [[from, to] as [PlacedNode, PlacedNode]] : [];
  });
}

function acrossFan(from: PlacedNode, to: PlacedNode): Point[] {
  const [start, end] = [right(from), left(to)];
  const middleX = (start[0] + end[0]) / 2;
  return start[1] === end[1] ? [start, end] : [start, [middleX, start[1]], [middleX, end[1]], end];
}

function downFan(from: PlacedNode, to: PlacedNode): Point[] {
  const [start, end] = [bottom(from), top(to)];
  if (start[0] === end[0]) return [start, end];
  // The turn lies beside the wider box, so that lines to a second row of chips pass behind the first.
  const turnY = from.name === 'context' ? end[1] - TALL.gap / 2 : start[1] + TALL.gap / 2;
  return [start, [start[0], turnY], [end[0], turnY], end];
}

function edge(
  from: PlacedNode,
  to: PlacedNode,
  points: readonly Point[],
  when: PlacedEdge['when'] = null,
): PlacedEdge {
  return { from: from.key, to: to.key, path: roundedPath(points), when };
}
