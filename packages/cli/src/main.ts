// The `hale` command: the run of one command line, and how it ends.
import type { HomeEntry } from '@hale/home';
import { Command, CommanderError } from 'commander';
import { addCommands } from './commands/index.ts';
import { explain, reportFailure } from './failure.ts';
import { commandOf, describe, helpAsOption, nameOf, usageError } from './grammar.ts';
import { type Io, processIo } from './io.ts';
import { LIMITS } from './limits.ts';
import { type GlobalOptions, type HomeSource, Shell } from './shell.ts';
import { Interrupted } from './terminal/questions.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs one command line (without node and script) and returns its exit code: 0 done, 1 refused or failed, 2 wrong usage, 130 stopped.
 * Never throws for what can be expected; results go to `io.stdout`, remarks and failures to `io.stderr`.
 */
export async function main(argv: string[], io: Io, home: HomeSource): Promise<number> {
  const stop = new AbortController();
  const unlisten = io.onInterrupt?.(() => stop.abort());
  const program = new Command('hale');
  const shell = new Shell(io, home, stop.signal, () => program.opts<GlobalOptions>());
  describe(program, shell);
  addCommands(program, shell);
  // commander copies these settings into a subcommand when it is made, so they are set before; the topic is known after parsing.
  program.hook('preAction', (_, action) => {
    shell.topic.command = nameOf(action);
  });
  // A command that waits only for a signal has nothing else that keeps the process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  try {
    await unlessStopped(program.parseAsync(helpAsOption(program, argv), { from: 'user' }), stop.signal);
    if (stop.signal.aborted && !shell.runsUntilStopped) throw new Interrupted();
    return shell.exitCode;
  } catch (error) {
    if (stop.signal.aborted || error instanceof Interrupted) return stopped(shell);
    return failed(error, shell, program, argv);
  } finally {
    await shell.close().catch(() => {});
    clearInterval(alive);
    unlisten?.();
  }
}

/** The work, or (after Ctrl-C and some time to tidy up) the end of waiting for it. */
async function unlessStopped(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    const wait = () => {
      timer = setTimeout(resolve, LIMITS.tidyMillisMax);
    };
    signal.addEventListener('abort', wait, { once: true });
  });
  try {
    await Promise.race([work, patience]);
  } finally {
    clearTimeout(timer);
  }
}

function stopped(shell: Shell): number {
  if (shell.json) shell.io.stderr.write('{"error":{"code":"interrupted"}}\n');
  else shell.remark(`\nStopped. ${shell.safety}`);
  return EXIT.interrupted;
}

function failed(error: unknown, shell: Shell, program: Command, argv: string[]): number {
  const style = { json: shell.json || argv.includes('--json'), colour: shell.colour, width: shell.width };
  if (!(error instanceof CommanderError)) {
    const failure = explain(error, shell.topic);
    reportFailure(failure, shell.topic, shell.io, style);
    const bug = failure.code === 'internal' && shell.io.env.HALE_DEBUG && error instanceof Error;
    if (bug) shell.io.stderr.write(`${error.stack}\n`);
    return failure.exitCode;
  }
  if (error.exitCode === 0) return EXIT.done;
  const command = commandOf(program, argv);
  shell.topic.command = nameOf(command);
  if (error.code === 'commander.help' && !style.json) shell.io.stderr.write(command.helpInformation({ error: true }));
  else reportFailure(explain(usageError(error, command), shell.topic), shell.topic, shell.io, style);
  return EXIT.usage;
}

/** The command of this process: called by bin/hale.mjs. */
export async function runProcess(): Promise<void> {
  const load = async (): Promise<HomeEntry> => (await import('@hale/home/entry')).home;
  const io = processIo();
  // Whoever reads our output may leave early (`hale show … | head`): that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  const exitCode = await main(process.argv.slice(2), io, load);
  // Ends at once when the output is written, even if something of an interrupted operation still waits for the network.
  process.stdout.write('', () => process.exit(exitCode));
}
