import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Broker } from '#exchanges/ports/broker.ts';
import type { RehearsalDeps } from '#graphs/rehearse.ts';
import { ETH, proposalOf } from '#tests/support/agent-fixtures.ts';
import { createPlacementRecorder, type SeenBook } from '#tools/orders/record-placements.ts';
import { gateContextOf } from '../risk/made-gate.ts';

const { account, positions, openOrders } = gateContextOf();
const BOOK: SeenBook = { account, positions, openOrders, unknownOutcomes: 0 };

/** Every name that can be reached from here, through whatever is held. */
function reachable(from: unknown, seen = new Set<unknown>(), names = new Set<string>()): Set<string> {
  if ((typeof from !== 'object' && typeof from !== 'function') || from === null || seen.has(from))
    return names;
  seen.add(from);
  for (const name of Object.keys(from)) {
    names.add(name);
    reachable(Reflect.get(from, name), seen, names);
  }
  return names;
}

describe('the order desk of a rehearsal', () => {
  it('is given a book to look at, and nothing that could send', () => {
    expectTypeOf(createPlacementRecorder).parameters.toEqualTypeOf<[book: SeenBook]>();
    expectTypeOf<SeenBook>().not.toHaveProperty('submit');
    expectTypeOf<RehearsalDeps>().not.toHaveProperty('orders');
    expectTypeOf<RehearsalDeps>().not.toHaveProperty('records');
    expectTypeOf<RehearsalDeps>().not.toHaveProperty('tradingState');
    expectTypeOf<RehearsalDeps[keyof RehearsalDeps]>().not.toExtend<Broker>();
    const changes: (keyof Broker)[] = ['prepare', 'submit', 'cancel'];
    const names = reachable(createPlacementRecorder(BOOK));
    expect(changes.filter((name) => names.has(name))).toEqual([]);
  });

  it('asks the gate as placing would, and writes down what would have gone out', async () => {
    const recorder = createPlacementRecorder(BOOK);
    const proposal = proposalOf(ETH);
    const placement = { proposal, quantityBase: proposal.quantityBase, style: 'market' as const };
    const plan = { runId: 'run-1', placements: [placement], gateContext: async () => gateContextOf() };
    const report = await recorder.place(plan);
    expect(report).toMatchObject({
      intents: [],
      orders: [],
      verdicts: [{ stage: 'place', outcome: 'approved' }],
    });
    expect(recorder.placements).toEqual([placement]);

    const gateContext = async () => gateContextOf({ tradingMode: 'halted' });
    const halted = await recorder.place({ ...plan, gateContext });
    expect(halted.verdicts).toMatchObject([{ outcome: 'denied' }]);
  });

  it('has no account where the run could not read one', async () => {
    const recorder = createPlacementRecorder({ ...BOOK, account: null });
    await expect(recorder.reconcile()).rejects.toMatchObject({ code: 'venue_unavailable' });
  });
});
