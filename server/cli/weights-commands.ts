import { type Command, Option } from 'commander';

/** `weights`: learned, told and promoted. Their code is loaded when one is called. */
export function addWeightsCommands(program: Command, json: () => Option): void {
  const weights = program
    .command('weights')
    .description(
      'what the strategy "adaptive" weighs votes by: versions, their scores, and which one desks take',
    );
  weights
    .command('learn')
    .description('weigh strategies by what each came to in each regime of recorded candles; promotes nothing')
    .option('--data <path>', 'folder or file of candles; VIGIL_DATA when absent')
    .option('--venue <name>', 'whose files to take of them', 'BINANCEUSDM')
    .option('--symbols <list>', 'symbols, separated by commas; every one when absent')
    .option('--timeframe <timeframe>', 'the bars that are voted on; desks take weights of 1h', '1h')
    .option('--least-days <number>', 'pass over markets with fewer days of candles', '300')
    .option('--seed <number>', 'of all draws: the same gives the same version', '7')
    .addOption(json())
    .action(async (options) => (await import('./weights.ts')).learn(options));
  weights
    .command('list')
    .description('every version, newest first, and which is promoted')
    .addOption(json())
    .action(async (options) => (await import('./weights.ts')).list(options));
  weights
    .command('show <version>')
    .description('the weights of a version, what they rest on, and what they came to later')
    .addOption(json())
    .action(async (version, options) => (await import('./weights.ts')).show(version, options));
  weights
    .command('promote <version>')
    .description('let desks weigh by this version from their next cycle on; "even" goes back to none')
    .addOption(new Option('--reason <text>', 'why').makeOptionMandatory())
    .addOption(json())
    .action(async (version, options) => (await import('./weights.ts')).promote(version, options));
}
