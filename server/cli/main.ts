/**
 * `npm run vigil -- <command>`. Answers go to stdout, everything else to stderr; a failure has a non-zero code.
 * A command's code is loaded when it is called, so that help and a wrong word are answered at once.
 */
import { Command, CommanderError, Option } from 'commander';
import { COST_GROUPS } from '#domain/costs.ts';
import { AppError, toAppError } from '#domain/errors.ts';
import { SPENDING_MODES } from '#domain/spending.ts';
import { WALK_COMMAND } from '../backtest/walk-messages.ts';
import { packageVersion } from '../paths.ts';
import { BEATING_ROLES, ROLES } from '../roles.ts';
import { json } from './json-option.ts';
import { addPromptCommands } from './prompt-commands.ts';
import { addStudyCommands } from './study-commands.ts';
import { addTrainingCommands } from './training-commands.ts';
import { addWeightsCommands } from './weights-commands.ts';

const program = new Command('vigil')
  .description(
    'A desk of five LLM agents that trades crypto perpetual futures. Models propose, code disposes.',
  )
  .version(packageVersion(), '-V, --version', 'print the version')
  // Its complaints are told below, like every other failure.
  .configureOutput({ outputError() {} })
  .exitOverride();

const HELP_GIVEN = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version']);

const ofMode = () =>
  new Option('--mode <mode>', 'which model is asked: the usual one, the cheaper one, or none').choices(
    SPENDING_MODES,
  );

const ofData = () =>
  new Option(
    '--data <paths...>',
    'folders or files of candles, of any symbol and interval',
  ).makeOptionMandatory();
const ofMarket = () => new Option('--market <key>', 'this market alone, as its desks’ ids name it');
const ofDesk = () => new Option('--desk <id>', 'this desk alone').conflicts('market');

program
  .command('start')
  .description('run the desk, its API and its web view until it is stopped')
  .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
  .addOption(ofMode())
  .action(async (options) =>
    (await import('./start.ts')).start({ ...options, program: import.meta.filename }),
  );
program
  .command(WALK_COMMAND, { hidden: true })
  .action(async () => (await import('../backtest/walk-for-server.ts')).walkForServer());
program
  .command('cycle')
  .description('run one cycle now and print its record')
  .option('--symbols <list>', 'symbols, separated by commas; the configured ones when absent')
  .option('--desk <id>', 'a standing desk; without it a fresh paper account at the start of the candles')
  .addOption(ofMode())
  .addOption(json())
  .action(async (options) => (await import('./cycle.ts')).cycle(options));
program
  .command('analyze <symbol>')
  .description('ask the agents about a symbol; never trades')
  .option('--question <text>', 'what you want to know')
  .addOption(ofMode())
  .addOption(json())
  .action(async (symbol, options) => (await import('./analyze.ts')).analyze(symbol, options));
program
  .command('fork <run>')
  .description(
    'decide a past cycle again with other prompts or another model, and tell the difference; never trades',
  )
  .requiredOption('--from <node>', 'the node it begins with; what came before stays as it was')
  .option('--prompt <name=version...>', 'another version of a prompt, by its number or its label')
  .addOption(new Option('--model <name>', 'another model of the same provider').conflicts('rules'))
  .option('--rules', 'no model: the rules decide', false)
  .addOption(json())
  .action(async (run, options) => (await import('./fork.ts')).fork(run, options));
program
  .command('reconcile')
  .description('bring the books to what the venue says')
  .addOption(json())
  .action(async (options) => (await import('./reconcile.ts')).reconcile(options));
program
  .command('halt <reason...>')
  .description('open nothing any more, on every market of the database and in every process; stops stay')
  .addOption(ofMarket())
  .addOption(ofDesk())
  .addOption(json())
  .action(async (words, options) => (await import('./halt-and-arm.ts')).halt(words, options));
program
  .command('arm <reason...>')
  .description('allow trading again after a halt, on the market the environment names')
  .addOption(ofMarket())
  .addOption(ofDesk())
  .addOption(json())
  .action(async (words, options) => (await import('./halt-and-arm.ts')).arm(words, options));
program
  .command('emergency-close <reason...>')
  .description('halt a desk, take its entries off and close all it holds at market; asks for its word first')
  .option('--desk <id>', 'this desk; the only one of the market the environment names when absent')
  .option('--yes', 'ask for no word', false)
  .addOption(json())
  .action(async (words, options) => (await import('./emergency-close.ts')).emergencyClose(words, options));
program
  .command('withdraw <entry>')
  .description('take one entry at work off the venue and send nothing more for it; what has filled stays')
  .option('--reason <text>', 'why')
  .addOption(json())
  .action(async (entry, options) => (await import('./withdraw.ts')).withdraw(entry, options));
program
  .command('approvals')
  .description('list what people were asked before something opened: what still waits first, then the newest')
  .addOption(json())
  .action(async (options) => (await import('./approvals.ts')).approvals(options));
program
  .command('approve <id>')
  .description('let what an approval asks for open; the gate has the last word')
  .option('--shrink <name=share...>', 'keep a share of one opening, such as BTC=0.5', [])
  .option('--refuse <name...>', 'refuse one opening, such as ETH', [])
  .option('--reason <text>', 'why')
  .addOption(json())
  .action(async (id, options) => (await import('./approvals.ts')).approve(id, options));
program
  .command('refuse <id>')
  .description('let nothing open of what an approval asks for')
  .option('--reason <text>', 'why')
  .addOption(json())
  .action(async (id, options) => (await import('./approvals.ts')).refuse(id, options));
program
  .command('backfill')
  .description('store the candles of a venue; goes on where it stopped')
  .requiredOption('--from <instant>', 'from when on, such as 2025-01-01 or 2025-01-01T12:00:00Z')
  .option('--to <instant>', 'until when; now when absent')
  .option('--market <id>', 'a ccxt id; VIGIL_MARKET when absent, and binanceusdm where that is replay')
  .option('--symbols <list>', 'symbols, separated by commas; the configured ones when absent')
  .option('--timeframe <timeframe>', 'one of the venue’s own; coarser ones can be built from it', '1m')
  .addOption(json())
  .action(async (options) => (await import('./backfill.ts')).backfill(options));
program
  .command('backtest')
  .description('walk the desk along a span of candles, in memory, and tell what it would have come to')
  .option('--from <instant>', 'from when on, such as 2025-01-01; where every look-back is whole when absent')
  .option('--to <instant>', 'until when; the end of the candles when absent')
  .option('--symbols <list>', 'symbols, separated by commas; the configured ones when absent')
  .option('--strategy <name>', 'what decides', 'points')
  .option('--weights <version>', 'what "adaptive" weighs votes by; evenly when absent')
  .option('--arm-after <time>', 'have a person arm a desk that has waited so long for one, such as 1d')
  .option('--data <path>', 'folder or file of candles; VIGIL_DATA when absent')
  .option('--venue <name>', 'whose files to take of them, such as BINANCEUSDM')
  .option('--html <file>', 'write a report that needs nothing beside itself')
  .option('--fresh', 'begin anew where an earlier run was stopped', false)
  .option('--fast', 'ask the desk only where columns of the candles leave it something to do', false)
  .addOption(json())
  .action(async (options) => (await import('./backtest.ts')).backtest(options));
program
  .command('evaluate')
  .description('compare what a model decided with its rules alone, a random veto and buying and holding')
  .requiredOption(
    '--runs <filter>',
    'all, a number for the newest, FROM..TO in market time, or a file with a run id on each line',
  )
  .option('--desk <id>', 'this desk alone')
  .option('--seed <number>', 'of the draws: the same gives the same ranges', '7')
  .option('--resamples <number>', 'how often to draw', '2000')
  .option('--markdown', 'print tables, as docs/evaluate.md has them', false)
  .addOption(json().conflicts('markdown'))
  .action(async (options) => (await import('./evaluate.ts')).evaluate(options));
addStudyCommands(program, json, import.meta.filename);
addTrainingCommands(program, json);
addWeightsCommands(program, json);
program
  .command('spike-scan')
  .description('tell the spikes of price and volume in candle files, on their own clock')
  .addOption(ofData())
  .option('--from <instant>', 'bars that open from then on, such as 2025-01-01 or 2025-01-01T12:00:00Z')
  .option('--to <instant>', 'bars that open before then')
  .addOption(json())
  .action(async (options) => (await import('./spike-scan.ts')).spikeScan(options));
program
  .command('breaker-scan')
  .description('run the market’s circuit breaker over candle files and tell when it trips')
  .requiredOption('--data <path...>', 'folders and files of candles, whatever their symbols and intervals')
  .option('--from <instant>', 'bars that open from then on, such as 2025-10-10')
  .option('--to <instant>', 'bars that open before then')
  .option('--markdown', 'print tables, as docs/breaker.md has them', false)
  .addOption(json().conflicts('markdown'))
  .action(async (options) => (await import('./breaker-scan.ts')).breakerScan(options));
program
  .command('simulate-crash')
  .description(
    'run a crash through the real loop, on a desk and a database of its own, and tell what happened when',
  )
  .option('--asset <asset>', 'what falls; the others fall along', 'BTC')
  .option('--drop <percent>', 'how much of its price it loses; 18 when absent')
  .option('--over <length>', 'how long it takes, such as 20m; with --replay how long to run, 24h when absent')
  .option('--replay', 'a real crash: recorded candles as they were', false)
  .option('--data <path>', 'folder or file of candles to fall on; for --replay VIGIL_DATA when absent')
  .option('--venue <name>', 'whose files to take of them, such as BINANCEUSDM')
  .option('--from <instant>', 'market time to begin at, such as 2025-10-10T20:00Z')
  .option('--symbols <list>', 'symbols, separated by commas; the default pool when absent')
  .option('--seed <number>', 'seed of the generator; 7 when absent')
  .option('--speed <number>', 'market seconds for a second while it falls; a bar a second when absent')
  .addOption(json())
  .action(async (options) => (await import('./simulate-crash.ts')).simulateCrash(options));
addPromptCommands(program);
program
  .command('models')
  .description('tell which model is asked, or switch every process of the database while it runs')
  .addOption(
    new Option('--mode <mode>', 'from the next run on; configured takes the switch back').choices([
      ...SPENDING_MODES,
      'configured',
    ]),
  )
  .addOption(json())
  .action(async (options) => (await import('./models.ts')).models(options));
program
  .command('costs')
  .description('tell what model calls came to')
  .addOption(new Option('--by <group>', 'how to group them').choices(COST_GROUPS).default('day'))
  .option('--days <number>', 'of the last so many days', '7')
  .addOption(json())
  .action(async (options) => (await import('./costs.ts')).costs(options));
program
  .command('doctor')
  .description('tell what is configured, reachable and missing, and how to mend it')
  .addOption(new Option('--role <role>', 'also whether this role’s loop turns here').choices(BEATING_ROLES))
  .addOption(json())
  .action(async (options) => (await import('./doctor.ts')).doctor(options));

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EPIPE') throw thrown;
  });
}

try {
  await program.parseAsync(process.argv);
} catch (thrown) {
  process.exitCode = tellFailure(thrown);
}

/** Writes `code: message` to stderr and gives the exit code: 2 for a wrong command line, else 1. */
function tellFailure(thrown: unknown): number {
  if (thrown instanceof CommanderError && HELP_GIVEN.has(thrown.code)) return thrown.exitCode === 0 ? 0 : 2;
  const failure = thrown instanceof CommanderError ? usageError(thrown) : toAppError(thrown);
  console.error(`${failure.code}: ${failure.message}`);
  if (failure.code === 'internal')
    console.error(failure.cause instanceof Error ? failure.cause.stack : failure.stack);
  if (failure.code !== 'usage_invalid') return 1;
  const command = program.commands.find((one) => one.name() === process.argv[2]) ?? program;
  console.error(
    `Usage: ${command === program ? '' : 'vigil '}${command.name()} ${command.usage()} (--help tells more)`,
  );
  return 2;
}

function usageError({ message }: CommanderError): AppError {
  return new AppError('usage_invalid', message.replace(/^error: /, '').replaceAll('\n', ' '));
}
