import { AppError } from '#domain/errors.ts';
import type { DeskView } from '#tools/orders/reconcile.ts';
import type { Container } from '../container.ts';
import { isOfMarket } from '../engine/market-desks.ts';
import { marketLine, printJson, withContainer } from './session.ts';

interface Output {
  readonly json: boolean;
}

export async function reconcile({ json }: Output): Promise<void> {
  const { source, views } = await withContainer({ clock: 'followed' }, async (container) => {
    const found: ({ deskId: string } & DeskView)[] = [];
    for (const deskId of await deskIds(container)) {
      const view = await (await container.house.orders(deskId)).reconcile();
      found.push({ deskId, ...view });
    }
    return { source: container.source.market.source, views: found };
  });
  if (json) return printJson(views);
  process.stdout.write(`${marketLine(source)}\n`);
  if (views.length === 0) process.stdout.write('no desk has been started on this market yet\n');
  for (const { deskId, account, positions, unknownOutcomes, custody } of views) {
    process.stdout.write(
      `${deskId}: equity ${account.equityQuote} ${account.quote}, ${positions.length} positions, ${unknownOutcomes} unknown outcomes\n`,
    );
    for (const { action, symbol, detail } of custody)
      process.stdout.write(`  ${action} ${symbol}: ${detail}\n`);
  }
}

export async function halt(reason: string, { json }: Output): Promise<void> {
  await setState('halt', reason, json);
}

export async function arm(reason: string, { json }: Output): Promise<void> {
  await setState('arm', reason, json);
}

async function setState(handle: 'halt' | 'arm', reason: string, json: boolean): Promise<void> {
  if (reason.trim() === '')
    throw new AppError('usage_invalid', `${handle} wants a reason: say why, such as ${handle} out for lunch`);
  const { before, state } = await withContainer({ clock: 'standing' }, async (container) => {
    const { rows, defaultDeskId, marketClock } = container;
    const before = await rows.tradingState.read(defaultDeskId);
    await rows.tradingState[handle](null, { reason, setBy: 'command line', atMs: marketClock.nowMs() });
    return { before, state: await rows.tradingState.read(defaultDeskId) };
  });
  const stoodAlready = before.mode === state.mode && before.sinceMs === state.sinceMs;
  if (json) printJson(state);
  else process.stdout.write(`trading is ${stoodAlready ? 'already ' : ''}${state.mode}: ${state.reason}\n`);
}

async function deskIds({ rows, source }: Container): Promise<string[]> {
  return (await rows.desks.list()).filter((desk) => isOfMarket(desk, source.key)).map(({ deskId }) => deskId);
}
