// The worker of a live desk in a process of its own, wired as the product is: arms and places what it is told to.
import { toAppError } from '#domain/errors.ts';
import { readConfig } from '#server/config.ts';
import { createContainer } from '#server/container.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import type { GateView } from '#tools/orders/work-entries.ts';
import type { GateContext } from '#tools/risk/gate-context.ts';
import { DEFAULT_LIMITS } from '#tools/risk/limits.ts';
import type { FromWorker, WorkerAnswer, WorkerCommand } from './trip-fleet.ts';

const environment = JSON.parse(process.argv[2] ?? '') as Record<string, string>;
const container = await createContainer({
  config: readConfig(environment),
  logger: SILENT_LOGGER,
  clock: 'standing',
});
const { rows, house, defaultDeskId: deskId } = container;
const orders = await house.orders(deskId);
const instruments = new Map((await container.source.market.instruments()).map((one) => [one.symbol, one]));

function tell(message: FromWorker): void {
  process.send?.(message);
}

async function carryOut(command: WorkerCommand): Promise<WorkerAnswer> {
  if (command.kind === 'arm') {
    await rows.tradingState.arm(deskId, { reason: 'a trip', setBy: 'a person', atMs: Date.now() });
    return { denied: null };
  }
  const { runId, placement } = command;
  const { symbol, entryPriceQuote } = placement.proposal;
  const gateContext = async (view: GateView): Promise<GateContext> => ({
    ...view,
    limits: { ...DEFAULT_LIMITS, maxOpenPositions: 10 },
    nowMs: Date.now(),
    tradingMode: (await rows.tradingState.read(deskId)).mode,
    instruments,
    priceAgesMs: new Map([[symbol, 0]]),
    priceStepMs: 0,
    fundings: new Map(),
    correlations: new Map(),
    lastPricesQuote: new Map([[symbol, Number(entryPriceQuote)]]),
    recentTrading: { trades: [], venueFailuresAtMs: [] },
    equityMarks: { dayStartQuote: null, peakQuote: null },
    unansweredAsks: 0,
  });
  const { verdicts } = await orders.place({ runId, placements: [placement], gateContext });
  return { denied: verdicts.find(({ outcome }) => outcome === 'denied')?.findings[0]?.code ?? null };
}

process.on('message', ({ id, command }: { id: number; command: WorkerCommand }) => {
  carryOut(command).then(
    (answer) => tell({ id, answer }),
    (thrown: unknown) => {
      const { code, message } = toAppError(thrown);
      tell({ id, failure: `${code}: ${message}` });
    },
  );
});
process.on('disconnect', () => process.exit(0));
tell({ id: 0, answer: { denied: null } });
