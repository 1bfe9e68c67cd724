/** `prompts …`: each word's code is loaded when it is called. */
import { type Command, Option } from 'commander';
import { json } from './json-option.ts';

export function addPromptCommands(program: Command): void {
  const prompts = program
    .command('prompts')
    .description(
      'the texts the agents are asked with: their versions, what is labelled, and what a change would do',
    );
  const because = (text: string) => new Option('--message <text>', text);
  prompts
    .command('list')
    .description('every prompt with its newest version and its labels')
    .addOption(json())
    .action(async (options) => (await import('./prompts.ts')).list(options));
  prompts
    .command('show <name> [version]')
    .description('a prompt as its file: of a version’s number or of a label; production when none is named')
    .addOption(json())
    .action(async (name, version, options) => (await import('./prompts.ts')).show(name, version, options));
  prompts
    .command('pull [folder]')
    .description('write the prompts as files; to prompts/ when no folder is named')
    .option('--label <label>', 'what this label points at', 'production')
    .addOption(json())
    .action(async (folder, options) => (await import('./prompt-folder.ts')).pull(folder, options));
  prompts
    .command('push [folder]')
    .description('save what differs in files, after a dry run of each, all of it or nothing')
    .addOption(because('why'))
    .option('--label <label>', 'point this label at what is saved; production decides from the next cycle on')
    .addOption(json())
    .action(async (folder, options) => (await import('./prompt-folder.ts')).push(folder, options));
  prompts
    .command('diff [name] [from] [to]')
    .description('what differs between two versions, or between files and production when no prompt is named')
    .option('--dir <folder>', 'whose files to compare', 'prompts')
    .addOption(json())
    .action(async (name, from, to, options) =>
      (await import('./prompt-folder.ts')).diff(name, from, to, options),
    );
  prompts
    .command('label <name> <label> <version>')
    .description('point a label at a version that passes its dry run')
    .addOption(because('why').makeOptionMandatory())
    .addOption(json())
    .action(async (name, label, version, options) =>
      (await import('./prompts.ts')).label(name, label, version, options),
    );
  prompts
    .command('unlabel <name> <label>')
    .description('remove a label; production stays')
    .addOption(json())
    .action(async (name, label, options) => (await import('./prompts.ts')).unlabel(name, label, options));
  prompts
    .command('rollback <name> [version]')
    .description('point production back at the version before, or at this one')
    .addOption(because('why'))
    .addOption(json())
    .action(async (name, version, options) =>
      (await import('./prompts.ts')).rollback(name, version, options),
    );
  prompts
    .command('try <name>')
    .description('put the question of a past run to a prompt; saves nothing, trades nothing')
    .requiredOption('--run <id>', 'a cycle in which its agent was asked')
    .option('--file <path>', 'the draft; the newest version when absent')
    .option('--symbol <symbol>', 'of several subjects, this one')
    .option('--model <name>', 'another model of the same provider')
    .addOption(json())
    .action(async (name, options) => (await import('./prompts.ts')).tryDraft(name, options));
}
