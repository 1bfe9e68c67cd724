import { type Command, Option } from 'commander';

/** `train`, `retrain` and `qtables`. Their code is loaded when one is called. */
export function addTrainingCommands(program: Command, json: () => Option): void {
  program
    .command('train')
    .description('learn a Q-table from candles and store it as a version; goes on where it stopped')
    .option('--symbols <list>', 'symbols, separated by commas; the configured ones when absent')
    .requiredOption('--from <instant>', 'bars that open from then on, such as 2025-01-01')
    .option('--to <instant>', 'bars that close before then; now when absent')
    .option('--timeframe <timeframe>', 'the bars that are decided on', '15m')
    .option('--venue <name>', 'whose candles to take; the one that has most of them when absent')
    .option('--episodes <number>', 'passes over the candles', '200')
    .option('--seed <number>', 'of the draws: the same gives the same table', '7')
    .option('--reward <kind>', 'realised profit, or marked: with what is open', 'realised')
    .addOption(json())
    .action(async (options) => (await import('./train.ts')).train(options));
  program
    .command('retrain')
    .description('learn a new Q-table where what was recorded asks for one, and say why; promotes nothing')
    .option('--why', 'tell what asks for one and train nothing', false)
    .option('--desk <id>', 'whose records are looked at; the one that has signals when absent')
    .option('--episodes <number>', 'passes over the candles', '200')
    .addOption(json())
    .action(async (options) => (await import('./retrain.ts')).retrain(options));
  const qtables = program
    .command('qtables')
    .description('trained Q-tables: their scores, which one desks hear, and tables as files');
  const why = () => new Option('--reason <text>', 'why').makeOptionMandatory();
  qtables
    .command('list')
    .description('every version, newest first, and which is promoted')
    .addOption(json())
    .action(async (options) => (await import('./qtables.ts')).list(options));
  qtables
    .command('show <version>')
    .description('what a version was made of, and its scores')
    .addOption(json())
    .action(async (version, options) => (await import('./qtables.ts')).show(version, options));
  qtables
    .command('promote <version>')
    .description('let desks hear this version from their next cycle on')
    .addOption(why())
    .addOption(json())
    .action(async (version, options) => (await import('./qtables.ts')).promote(version, options));
  qtables
    .command('rollback')
    .description('undo the newest promotion: back to the version before it, or to none')
    .addOption(why())
    .addOption(json())
    .action(async (options) => (await import('./qtables.ts')).rollback(options));
  qtables
    .command('export <version> <file>')
    .description('write a version as a file')
    .addOption(json())
    .action(async (version, file, options) =>
      (await import('./qtables.ts')).exportTable(version, file, options),
    );
  qtables
    .command('import <file>')
    .description('store the table of a file as a version; its hash is checked')
    .addOption(json())
    .action(async (file, options) => (await import('./qtables.ts')).importTable(file, options));
}
