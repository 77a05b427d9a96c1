// Imported for its effect: `hale` of the testkit then runs commands in the process of the test, as packages/cli/bin/hale.mjs runs them in one of their own.
// Nodes and relays, and whatever is killed, still have processes. A start of Node takes most of a second where two share a core.
import { Readable } from 'node:stream';
import { type RunOptions, useRunner } from '@hale/testkit/hale-process';
import { main } from '../packages/cli/src/main.ts';

async function here(args: string[], { input = '', env = {}, cwd }: RunOptions) {
  const { HALE_HOME: _home, HALE_PASSPHRASE: _passphrase, ...inherited } = process.env;
  let [stdout, stderr] = ['', ''];
  const code = await main(
    args,
    {
      stdout: {
        write: (text) => {
          stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
      },
      stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]) as NodeJS.ReadableStream,
      isTTY: false,
      columns: 80,
      now: () => Date.now(),
      env: { ...inherited, NO_COLOR: '1', ...env },
      zone: 'UTC',
      ...(cwd === undefined ? {} : { cwd }),
    },
    async () => (await import('@hale/home/entry')).home,
  );
  return { code, stdout, stderr };
}

useRunner(here);
