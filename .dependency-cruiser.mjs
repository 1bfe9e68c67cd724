/** The import boundaries of docs/architecture.md. `npm run check` fails on any arrow that is not allowed here. */
const rooms = ['domain', 'tools', 'exchanges', 'agents', 'prompts', 'graphs', 'db', 'server', 'web'];
// The web's own boundary (types of the domain and nothing else) is held by tests/unit/web: this parser reads no TSX.

/** Forbids `from` to import any room that is not in `allowed`. */
function onlyImports(from, allowed, note) {
  const refused = rooms.filter((room) => room !== from && !allowed.includes(room));
  return {
    name: `${from}-imports`,
    comment: note ?? `${from} may import ${allowed.join(', ') || 'no other room'}`,
    severity: 'error',
    from: { path: `^${from}/` },
    to: { path: `^(${refused.join('|')})/` },
  };
}

/** Keeps a package inside the rooms that own it. */
function ownedBy(packages, owners) {
  return {
    name: `${packages[0]}-owner`,
    comment: `${packages.join(', ')} belong to ${owners.join(', ')}`,
    severity: 'error',
    from: { path: `^(${rooms.join('|')})/`, pathNot: `^(${owners.join('|')})` },
    to: { path: packages.map((name) => `node_modules/${name}/`) },
  };
}

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    onlyImports('domain', []),
    onlyImports('exchanges', ['domain']),
    onlyImports('prompts', ['domain']),
    onlyImports('db', ['domain', 'exchanges'], 'db may import domain, and the store port of the paper venue'),
    {
      name: 'db-sees-only-ports',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^exchanges/', pathNot: '^exchanges/ports/' },
    },
    onlyImports('tools', ['domain', 'exchanges']),
    {
      name: 'tools-see-only-ports',
      severity: 'error',
      from: { path: '^tools/' },
      to: { path: '^exchanges/', pathNot: '^exchanges/ports/' },
    },
    onlyImports('agents', ['domain', 'prompts']),
    onlyImports('graphs', ['domain', 'tools', 'agents', 'exchanges']),
    {
      name: 'graphs-see-only-ports',
      severity: 'error',
      from: { path: '^graphs/' },
      to: { path: '^exchanges/', pathNot: '^exchanges/ports/' },
    },
    onlyImports('server', ['domain', 'tools', 'exchanges', 'agents', 'prompts', 'graphs', 'db']),
    {
      name: 'broker-is-named-by-orders-and-wiring',
      comment: 'No agent, prompt, graph or other tool can reach an object that trades.',
      severity: 'error',
      from: { path: `^(${rooms.join('|')})/`, pathNot: '^(tools/orders/|server/|exchanges/)' },
      to: { path: '^exchanges/ports/broker.ts$' },
    },
    {
      name: 'approval-is-sealed-by-the-gate',
      comment: 'RiskApproved is made in one file.',
      severity: 'error',
      from: { pathNot: '^(tools/risk/approve|domain/risk-approved|tests/)' },
      to: { path: '^domain/seal-approval.ts$' },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { path: `^(${rooms.join('|')})/` },
      to: { path: '^(tests|bench|scripts)/' },
    },
    ownedBy(['technicalindicators'], ['tools/']),
    ownedBy(['ccxt'], ['exchanges/']),
    ownedBy(['drizzle-orm', 'postgres'], ['db/']),
    ownedBy(['@langchain/openai'], ['agents/']),
    ownedBy(['js-tiktoken'], ['prompts/']),
    ownedBy(['@langchain/langgraph'], ['graphs/']),
    ownedBy(['hono', '@hono', 'bullmq', 'ioredis', 'pino', 'prom-client'], ['server/']),
    ownedBy(['react', 'react-dom', 'lightweight-charts', '@tanstack'], ['web/']),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
