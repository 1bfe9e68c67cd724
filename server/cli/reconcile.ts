import type { DeskView } from '#tools/orders/reconcile.ts';
import { isOfMarket } from '../engine/market-desks.ts';
import { marketLine, printJson, withContainer } from './session.ts';

export async function reconcile({ json }: { readonly json: boolean }): Promise<void> {
  const { source, views } = await withContainer({ clock: 'followed' }, async ({ rows, source, house }) => {
    const found: ({ deskId: string } & DeskView)[] = [];
    for (const desk of await rows.desks.list()) {
      if (!isOfMarket(desk, source.key)) continue;
      const { deskId } = desk;
      found.push({ deskId, ...(await (await house.orders(deskId)).reconcile()) });
    }
    return { source: source.market.source, views: found };
  });
  if (json) return printJson({ items: views });
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
