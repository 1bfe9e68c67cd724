import { AppError } from '#domain/errors.ts';
import { ContextOpinion } from '#domain/opinion.ts';
import type { SpendingMode } from '#domain/spending.ts';
import { openAnalysis } from '../engine/run-service.ts';
import {
  cliConfig,
  marketLine,
  personWords,
  printJson,
  symbolList,
  withContainer,
  withMode,
  withUniverse,
} from './session.ts';

/**
 * Asks the agents about symbols and prints what they said, at the time at which the market's desk stands, or at the start
 * of the candles where there is none. Writes a run and its trace, never an order intent.
 */
export async function analyze(
  text: string,
  options: { readonly question?: string; readonly mode?: SpendingMode; readonly json: boolean },
): Promise<void> {
  const symbols = symbolList(text);
  const question = options.question === undefined ? null : personWords('question', options.question);
  const configured = withMode(cliConfig(), options.mode);
  const { symbols: deskSymbols } = configured.market;
  const config = withUniverse(configured, [...new Set([...(deskSymbols ?? []), ...symbols])]);
  const record = await withContainer({ clock: 'followed', config, deskSymbols }, async (container) => {
    const runId = await openAnalysis(container, { symbols, question });
    await container.engine.execute(runId);
    const made = await container.rows.runs.record(runId);
    if (made === null) throw new AppError('internal', `run ${runId} left no record`);
    return made;
  });
  if (options.json) printJson(record);
  else {
    if (record.market) process.stdout.write(`${marketLine(record.market.source, record.market.asOfMs)}\n`);
    for (const { action, symbol, score, reason } of record.signals)
      process.stdout.write(`${symbol}: ${action} (${score} points): ${reason}\n`);
    for (const { answer, decidedBy } of record.opinions) {
      const said = ContextOpinion.safeParse(answer);
      if (said.success)
        process.stdout.write(
          `${said.data.symbol}: ${said.data.stance} ${said.data.conviction.toFixed(2)} by ${decidedBy}: ${said.data.summary}\n`,
        );
    }
    for (const note of record.notes) process.stdout.write(`${note}\n`);
  }
  if (record.outcome === 'failed') throw new AppError('internal', record.reason);
}
