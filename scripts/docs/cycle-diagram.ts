/** The trading cycle as a mermaid flowchart, read off the graph that runs it. */
import { Opinion } from '#domain/opinion.ts';
import { buildCycleGraph } from '#graphs/cycle.ts';

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly conditional: boolean;
}

/** What decides on an edge. A conditional edge into `record` that is not named here is the failure's. */
const EDGE_LABELS: Readonly<Record<string, string>> = {
  'guardian → protect': 'halted',
  'guardian → scanner': 'clear',
  'scanner → context': 'each subject, in parallel',
  'scanner → record': 'nothing to decide',
  'executor → close': 'a person has to approve',
  'executor → place': 'nobody is asked',
};

const TERMINALS: Readonly<Record<string, string>> = {
  __start__: 'begin((start))',
  __end__: 'finish((done))',
};

const STYLES = [
  'classDef agent fill:#5b4bc4,stroke:#c9c2ff,color:#ffffff,stroke-width:2px',
  'classDef tool fill:#e9edf2,stroke:#64748b,color:#111827',
];

export async function cycleDiagram(): Promise<string> {
  const graph = await buildCycleGraph().getGraphAsync();
  return drawCycle(Object.keys(graph.nodes), graph.edges.map(plainEdge));
}

/** @throws Error when a label names an edge the graph does not have */
export function drawCycle(nodes: readonly string[], edges: readonly Edge[]): string {
  const agents = new Set<string>(Opinion.shape.agent.options);
  const names = new Set(edges.map(nameOf));
  const stale = Object.keys(EDGE_LABELS).filter((name) => !names.has(name));
  if (stale.length > 0) throw new Error(`the graph has no edge ${stale.join(', ')}`);
  const ordered = [...edges].filter((edge) => !isFailureEdge(edge)).sort(byNodeOrder(nodes));
  return [
    '```mermaid',
    'flowchart TD',
    ...nodes.map((node) => `  ${declaration(node, agents)}`),
    ...ordered.map((edge) => `  ${arrow(edge)}`),
    ...STYLES.map((style) => `  ${style}`),
    '```',
  ].join('\n');
}

function plainEdge({
  source,
  target,
  conditional,
}: {
  source: string;
  target: string;
  conditional?: boolean;
}) {
  return { source, target, conditional: conditional === true };
}

function nameOf({ source, target }: Edge): string {
  return `${source} → ${target}`;
}

function isFailureEdge(edge: Edge): boolean {
  return edge.conditional && edge.target === 'record' && EDGE_LABELS[nameOf(edge)] === undefined;
}

function declaration(node: string, agents: ReadonlySet<string>): string {
  const terminal = TERMINALS[node];
  if (terminal !== undefined) return terminal;
  return agents.has(node) ? `${node}([${node}]):::agent` : `${node}[${node}]:::tool`;
}

function arrow(edge: Edge): string {
  const label = EDGE_LABELS[nameOf(edge)];
  return `${idOf(edge.source)} -->${label === undefined ? '' : `|${label}|`} ${idOf(edge.target)}`;
}

/** `end` is a word of mermaid's, so the terminals go by other names. */
function idOf(node: string): string {
  return (TERMINALS[node] ?? node).replace(/\(.*/, '');
}

function byNodeOrder(nodes: readonly string[]) {
  const rank = new Map(nodes.map((node, index) => [node, index]));
  const rankOf = (node: string) => rank.get(node) ?? nodes.length;
  return (left: Edge, right: Edge) =>
    rankOf(left.source) - rankOf(right.source) || rankOf(left.target) - rankOf(right.target);
}
