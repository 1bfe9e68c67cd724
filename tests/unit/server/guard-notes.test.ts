import { expect, it, vi } from 'vitest';
import { startGuardLoop } from '#server/engine/guard-loop.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { BTC, ETH, opening, openMemoryOrders } from '#tests/support/memory-orders.ts';
import { NO_BREAKER } from '#tests/support/no-breaker.ts';

const FREE_LOCK = {
  tryHold: async () => ({
    assertHeld: async () => {},
    assertUnbroken: () => {},
    release: async () => {},
  }),
};

it('warns of what custody closed or could not do, and keeps its daily work for the record', async () => {
  const orders = openMemoryOrders();
  await orders.desk.place(orders.plan('run-1', [opening(BTC, { targetPriceQuote: '130' })]));
  await orders.byHand({ symbol: ETH, quantityBase: '2' });
  orders.fail({ on: 'submit', purpose: 'stop', fault: 'rejected', symbol: ETH } as const);
  orders.paper.market.minute({ [BTC]: [103, 103, 103, 103] });
  const lines: string[] = [];
  const noted = (level: string) => (fields: object, message: string) => {
    if (message === 'custody')
      lines.push(
        `${level} ${(fields as { action: string; symbol: string }).action} ${(fields as { symbol: string }).symbol}`,
      );
  };
  const guard = startGuardLoop({
    locks: FREE_LOCK,
    key: 'market',
    desks: async () => [{ deskId: 'desk', orders: orders.desk, symbols: [] }],
    ...NO_BREAKER,
    onBooks: async () => {},
    onTurn: () => {},
    logger: { ...SILENT_LOGGER, warn: noted('warn'), info: noted('info') },
  });
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(2));
  await guard.stop();
  expect(lines.sort()).toEqual([`info cancelled ${BTC}`, `info placed ${BTC}`, `warn closed ${ETH}`]);
});

it('judges each account as it was just read, and none that could not be', async () => {
  const orders = openMemoryOrders();
  orders.fail({ on: 'account', fault: 'unavailable' });
  const judged: string[] = [];
  let turns = 0;
  const guard = startGuardLoop({
    locks: FREE_LOCK,
    key: 'market',
    desks: async () => [{ deskId: 'desk', orders: orders.desk, symbols: [] }],
    ...NO_BREAKER,
    accounts: {
      async judge({ deskId }, { equityQuote }) {
        judged.push(`${deskId} ${equityQuote} in turn ${turns}`);
      },
    },
    onBooks: async () => {},
    onTurn() {
      turns += 1;
      orders.heal();
    },
    logger: SILENT_LOGGER,
  });
  await vi.waitFor(() => expect(judged).not.toEqual([]), 5_000);
  await guard.stop();
  expect(judged).toEqual(['desk 10000 in turn 1']);
});
