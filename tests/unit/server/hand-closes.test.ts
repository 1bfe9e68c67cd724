import { expect, it } from 'vitest';
import type { Container } from '#server/container.ts';
import { emergencyClose } from '#server/hand-closes.ts';
import { BTC, position } from '#tests/support/database-rows.ts';

const DESK = 'generator-7';

/** A desk whose venue closes one thing at a time, and the first one only when told to. */
function slowDesk() {
  const open = [{ ...position(), deskId: DESK, stop: null, target: null }];
  let turn = Promise.resolve();
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = turn.then(work);
    turn = done.then(() => undefined);
    return done;
  };
  const orders = {
    protect: () => inTurn(async () => gate.then(() => [])),
    close: () =>
      inTurn(async () => {
        const closed = open.splice(0).map((one) => ({
          position: one,
          note: { action: 'closed', symbol: one.symbol, detail: 'close sent' },
        }));
        return { closed, givenUp: [] };
      }),
  };
  const container = {
    rows: {
      tradingState: { halt: async () => ({ changed: [DESK] }) },
      events: { append: async () => 1 },
      orders: { positions: async () => [...open], entriesAtWork: async () => [] },
      desks: { list: async () => [{ deskId: DESK }] },
    },
    house: { orders: async () => orders },
    source: { key: DESK },
    marketClock: { nowMs: () => 1 },
  } as unknown as Container;
  return { container, letGo };
}

it('tells the second of two emergency closes at once what became of what it found open', async () => {
  const { container, letGo } = slowDesk();
  const both = [emergencyClose(container, DESK, 'fire'), emergencyClose(container, DESK, 'fire')];
  letGo();
  const [first, second] = await Promise.all(both);
  expect(first?.verdicts).toMatchObject([{ symbol: BTC, outcome: 'sent', message: 'close sent' }]);
  expect(second?.verdicts).toMatchObject([
    {
      symbol: BTC,
      outcome: 'gone',
      message: 'closed meanwhile: by another call, by its stop or by its target',
    },
  ]);
  const third = await emergencyClose(container, DESK, 'fire');
  expect(third.verdicts).toEqual([]);
});
