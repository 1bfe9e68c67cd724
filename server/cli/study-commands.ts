import { type Command, Option } from 'commander';
import { SWEEP_COMMAND } from '../study/sweep-command.ts';

/** `strategies`, what its threads begin with, and `lookahead-check`. Their code is loaded when one is called. */
export function addStudyCommands(program: Command, json: () => Option, file: string): void {
  program
    .command(SWEEP_COMMAND, { hidden: true })
    .action(async () => (await import('../study/sweep-thread.ts')).sweepThread());
  program
    .command('strategies')
    .description(
      'sweep the parameters of strategies over recorded candles, and tell what the chosen ones came to later; goes on where it stopped',
    )
    .option('--strategy <list>', 'strategies, separated by commas', 'all')
    .option('--data <path>', 'folder or file of candles; VIGIL_DATA when absent')
    .option('--venue <name>', 'this venue alone, such as BINANCEUSDM; every one when absent')
    .option('--symbols <list>', 'symbols, separated by commas; every one when absent')
    .option('--timeframes <list>', 'the bars to look at', '1h,15m,5m')
    .option('--least-days <number>', 'pass over markets with fewer days of candles', '300')
    .option('--sets <number>', 'most sets of parameters for each strategy', '60')
    .option('--episodes <number>', 'of the Q adviser’s training in each fold; 0 leaves it out', '60')
    .option('--threads <number>', 'as many as there are cores when absent; 0 for none beside this one')
    .addOption(
      new Option('--over-machines', 'by whoever runs sweep-worker on the Redis of REDIS_URL')
        .default(false)
        .conflicts('threads'),
    )
    .option('--seed <number>', 'of all draws: the same gives the same figures', '7')
    .option('--fresh', 'begin anew where an earlier sweep was stopped', false)
    .option('--markdown', 'print the page, as docs/strategies.md has it', false)
    .addOption(json().conflicts('markdown'))
    .action(async (options) => (await import('./strategies.ts')).strategies({ ...options, program: file }));
  program
    .command('sweep-worker')
    .description(
      'walk parts of sweeps that strategies --over-machines puts on the Redis of REDIS_URL, over the same candle files here, until it is stopped',
    )
    .option('--data <path>', 'folder or file of candles; VIGIL_DATA when absent')
    .option('--threads <number>', 'as many as there are cores when absent; 0 for none beside this one')
    .action(async (options) =>
      (await import('./sweep-worker.ts')).sweepWorker({ ...options, program: file }),
    );
  program
    .command('lookahead-check')
    .description(
      'change candles to come by lot, and tell each decision before them that became another: of every strategy and of the whole cycle',
    )
    .option('--strategy <list>', 'strategies, separated by commas', 'all')
    .option('--data <path>', 'folder or file of candles; VIGIL_DATA when absent')
    .option('--venue <name>', 'whose files to take of them', 'BINANCEUSDM')
    .option('--symbols <list>', 'symbols, separated by commas', 'BTC,ETH,SOL')
    .option('--from <instant>', 'when the cycles begin', '2025-10-10T18:00Z')
    .option('--hours <number>', 'how long they go on', '6')
    .option('--sets <number>', 'sets of parameters of each strategy; 0 leaves them out', '1000')
    .option('--changes <number>', 'futures of the whole cycle', '12')
    .option('--seed <number>', 'of all draws', '7')
    .addOption(json())
    .action(async (options) => (await import('./lookahead-check.ts')).lookaheadCheck(options));
}
