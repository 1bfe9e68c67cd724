import { describe, expect, it } from 'vitest';
import { AppError } from '#domain/errors.ts';
import {
  BTC,
  closing,
  ETH,
  type MemoryOrders,
  opening,
  openMemoryOrders,
  SOL,
  unsoundness,
  XRP,
} from '#tests/support/memory-orders.ts';
import { placeOrders } from '#tools/orders/place-orders.ts';
import { reconcile } from '#tools/orders/reconcile.ts';

/** A desk that holds SOL, opened by an earlier run. */
async function holdingSol() {
  const orders = openMemoryOrders();
  await placeOrders(orders.plan('run-0', [opening(SOL)]), orders.parts);
  const held = await orders.position(SOL);
  if (held === undefined) throw new Error('the first run opened nothing');
  orders.submitted.splice(0);
  return { ...orders, held };
}

/** Its plan was not to be one commit with its send, as where the desk may open nothing at that moment. */
const dyingOnceItIsPlanned = ({ parts }: MemoryOrders) => ({
  ...parts,
  store: {
    ...parts.store,
    planSent: async () => false,
    moveIntent: () => Promise.reject(new Error('died before the send')),
  },
});

const legs = (sent: readonly { purpose: string; symbol: string }[]) =>
  sent.map(({ purpose, symbol }) => `${purpose} ${symbol}`);

describe('placing what has passed', () => {
  it('sends closes before opens, whatever their order in the plan', async () => {
    const orders = await holdingSol();
    const report = await placeOrders(
      orders.plan('run-1', [opening(BTC), opening(ETH, { side: 'short' }), closing(orders.held)]),
      orders.parts,
    );
    expect(legs(orders.submitted).filter((leg) => !/stop|target/.test(leg))).toEqual([
      `exit ${SOL}`,
      `entry ${BTC}`,
      `entry ${ETH}`,
    ]);
    expect(report.verdicts.map(({ outcome }) => outcome)).toEqual(['approved', 'approved', 'approved']);
    expect(report.view.positions.map(({ symbol, side }) => `${symbol} ${side}`)).toEqual([
      `${BTC} long`,
      `${ETH} short`,
    ]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('removes stop and target of what it has closed', async () => {
    const orders = await holdingSol();
    await placeOrders(orders.plan('run-1', [closing(orders.held)]), orders.parts);
    expect(await orders.working(SOL)).toEqual([]);
  });

  it('lets neither a denied nor a refused open block a close or another open', async () => {
    const orders = await holdingSol();
    orders.fail({ on: 'submit', purpose: 'entry', symbol: BTC, fault: 'rejected' });
    const report = await placeOrders(
      orders.plan('run-1', [
        opening(BTC),
        opening(XRP, { stopPriceQuote: null }),
        opening(ETH),
        closing(orders.held),
      ]),
      orders.parts,
    );
    expect(report.view.positions.map(({ symbol }) => symbol)).toEqual([ETH]);
    expect(report.verdicts.map(({ symbol, outcome }) => `${symbol} ${outcome}`)).toEqual([
      `${SOL} approved`,
      `${BTC} approved`,
      `${XRP} denied`,
      `${ETH} approved`,
    ]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('plans stop and target before the entry leaves, and drops them when it is refused', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'submit', purpose: 'entry', fault: 'rejected' });
    const { intents } = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(intents.map(({ request, status }) => `${request.purpose} ${status}`)).toEqual([
      'entry rejected',
      'stop cancelled',
      'target cancelled',
    ]);
  });

  it('opens nothing more while the outcome of an entry is unknown', async () => {
    const orders = openMemoryOrders({ sendSettlesWithinMs: 5_000 });
    orders.fail({ on: 'submit', purpose: 'entry', fault: 'delayed', times: 1 });
    const report = await placeOrders(orders.plan('run-1', [opening(BTC), opening(ETH)]), orders.parts);
    expect(report.view.unknownOutcomes).toBe(1);
    expect(report.verdicts.at(-1)?.findings.map(({ code }) => code)).toEqual(['outcome_unknown']);
    await orders.deliver();
    const view = await reconcile(orders.parts);
    expect(view.unknownOutcomes).toBe(0);
    expect(view.positions.map(({ symbol }) => symbol)).toEqual([BTC]);
    expect(await unsoundness(orders.venue)).toEqual([]);
  });

  it('asks the gate with the venue just read: the second open of a plan may be one too many', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC), opening(ETH)], { maxOpenPositions: 1 });
    const report = await placeOrders(plan, orders.parts);
    expect(report.verdicts.map(({ findings }) => findings.map(({ code }) => code))).toEqual([
      [],
      ['positions_over_limit'],
    ]);
  });

  it('enters at market no further than 0.2% through the price, on a tick, and takes what is there at once', async () => {
    const orders = openMemoryOrders();
    const price = { entryPriceQuote: '100.3', stopPriceQuote: '97', targetPriceQuote: '109' };
    const turned = { side: 'short', ...price, stopPriceQuote: '103', targetPriceQuote: '91' } as const;
    const placements = [opening(BTC, price), opening(ETH, turned)];
    await placeOrders(orders.plan('run-1', placements), orders.parts);
    const entries = orders.submitted.filter(({ purpose }) => purpose === 'entry');
    // 100.3 × 1.002 = 100.5006 and 100.3 × 0.998 = 100.0994, on ticks of 0.1 towards paying less.
    expect(entries.map(({ type, timeInForce, priceQuote }) => [type, timeInForce, priceQuote])).toEqual([
      ['limit', 'ioc', '100.5'],
      ['limit', 'ioc', '100.1'],
    ]);
  });

  it('closes at market whatever style was asked for', async () => {
    const orders = await holdingSol();
    await placeOrders(
      orders.plan('run-1', [{ ...closing(orders.held), style: 'twap', deadlineMs: 60_000 }]),
      orders.parts,
    );
    expect(orders.submitted[0]).toMatchObject({ type: 'market', purpose: 'exit', reduceOnly: true });
  });

  it('sends a close after another one although the venue cannot be read in between', async () => {
    const orders = await holdingSol();
    await placeOrders(orders.plan('run-00', [opening(ETH)]), orders.parts);
    const eth = await orders.position(ETH);
    if (eth === undefined) throw new Error('ETH was not opened');
    orders.fail({ on: 'positions', fault: 'unavailable', after: 1 });
    const plan = orders.plan('run-1', [opening(BTC), closing(orders.held), closing(eth)]);
    const report = await placeOrders(plan, orders.parts);
    expect(await orders.venue.positions()).toEqual([]);
    expect(report.unread).toContain('positions did not answer');
    expect(report.verdicts.at(-1)?.findings.map(({ code }) => code)).toEqual(['reconcile_pending']);
    expect(report.intents.map(({ request }) => request.purpose)).toEqual(['exit', 'exit']);
  });

  it('sends a close although the gate’s facts cannot be read, and denies what would open', async () => {
    const orders = await holdingSol();
    const report = await placeOrders(
      {
        ...orders.plan('run-1', [opening(BTC), closing(orders.held)]),
        gateContext: () => Promise.reject(new AppError('venue_unavailable', 'no candles')),
      },
      orders.parts,
    );
    expect(legs(orders.submitted)).toEqual([`exit ${SOL}`]);
    expect(report.verdicts.map(({ outcome, findings }) => [outcome, findings[0]?.code])).toEqual([
      ['approved', undefined],
      ['denied', 'data_unsound'],
    ]);
  });

  it('refuses the whole plan when the venue cannot be read at the start', async () => {
    const orders = openMemoryOrders();
    orders.fail({ on: 'openOrders', fault: 'unavailable' });
    const placed = placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    await expect(placed).rejects.toMatchObject({ code: 'venue_unavailable' });
    expect(orders.submitted).toEqual([]);
  });
});

describe('placing the same run again', () => {
  it('sends nothing a second time', async () => {
    const orders = await holdingSol();
    const plan = orders.plan('run-1', [opening(BTC), opening(ETH), closing(orders.held)]);
    const first = await placeOrders(plan, orders.parts);
    const sent = orders.submitted.length;
    const again = await placeOrders(plan, orders.parts);
    expect(orders.submitted.length).toBe(sent);
    expect(again.intents).toEqual(first.intents);
    expect(again.view.positions).toEqual(first.view.positions);
  });

  it('finds nothing of an entry whose process died before its plan was stored, and sends it', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC)]);
    const store = { ...orders.parts.store, planSent: () => Promise.reject(new Error('killed')) };
    await expect(placeOrders(plan, { ...orders.parts, store })).rejects.toThrow('killed');
    expect(orders.submitted).toEqual([]);
    expect(orders.books.intents.size).toBe(0);
    await placeOrders(plan, orders.parts);
    expect(legs(orders.submitted)).toEqual([`entry ${BTC}`, `stop ${BTC}`, `target ${BTC}`]);
  });

  it('sends nothing a second time when the process died between its plan and its send', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC)]);
    const killed = () => {
      throw new Error('killed');
    };
    await expect(placeOrders(plan, { ...orders.parts, assertExclusive: killed })).rejects.toThrow('killed');
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual([
      'sent',
      'planned',
      'planned',
    ]);
    for (let minute = 0; minute < 2; minute++) await orders.minute({});
    await placeOrders(plan, orders.parts);
    expect(orders.submitted).toEqual([]);
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual([
      'settled',
      'cancelled',
      'cancelled',
    ]);
  });

  it('asks once for an account that cannot be set, sends nothing and says why', async () => {
    const orders = openMemoryOrders();
    let asked = 0;
    orders.parts.broker.prepare = async () => {
      asked += 1;
      throw new AppError('order_rejected', 'its margin cannot be set');
    };
    const { intents } = await placeOrders(orders.plan('run-1', [opening(BTC)]), orders.parts);
    expect(asked).toBe(1);
    expect(orders.submitted).toEqual([]);
    expect(intents[0]).toMatchObject({ status: 'rejected', reason: 'its margin cannot be set' });
  });

  it('does not send an entry whose plan is minutes old', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC)]);
    const died = { ...plan, gateContext: plan.gateContext };
    await expect(placeOrders(died, dyingOnceItIsPlanned(orders))).rejects.toThrow('died before the send');
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual(Array(3).fill('planned'));
    for (let minute = 0; minute < 11; minute++) await orders.minute({});
    await placeOrders(plan, orders.parts);
    expect(orders.submitted).toEqual([]);
    expect([...orders.books.intents.values()].map(({ status }) => status)).toEqual(
      Array(3).fill('cancelled'),
    );
  });

  it('sends an entry that was planned and not sent, once, and protects it with its own stop', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC)]);
    await expect(placeOrders(plan, dyingOnceItIsPlanned(orders))).rejects.toThrow('died before the send');
    for (let minute = 0; minute < 8; minute++) await orders.minute({});
    await placeOrders(plan, orders.parts);
    expect((await orders.working(BTC)).map(({ triggerPriceQuote }) => triggerPriceQuote)).toEqual([
      '97',
      '108',
    ]);
  });

  it('denies an entry planned at a size that no longer passes', async () => {
    const orders = openMemoryOrders();
    const plan = orders.plan('run-1', [opening(BTC)]);
    await expect(placeOrders(plan, dyingOnceItIsPlanned(orders))).rejects.toThrow('died before the send');
    const tighter = orders.plan('run-1', [opening(BTC)], { riskPerTradeFraction: 0.001 });
    const report = await placeOrders(tighter, orders.parts);
    expect(report.verdicts).toMatchObject([{ outcome: 'denied', quantityBase: '0' }]);
    expect(orders.submitted).toEqual([]);
  });
});
