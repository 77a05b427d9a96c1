// What the command does with a relay on this machine, named by its folder; each works while it runs and while it does not, unless it says otherwise.
import { decodeSecretKey } from '@hale/kernel/seal';
import { manageAs } from '../net/relay-info.ts';
import { backupRelay } from './backup.ts';
import { configPath, readConfig, renderConfig, writeConfig } from './config.ts';
import { openDesk } from './desk.ts';
import { importFile } from './import-file.ts';
import { checkRelay } from './integrity.ts';
import { restoreRelay } from './restore.ts';
import { relaySetUp } from './settings.ts';
import { exportRelay } from './transfer.ts';

/** Looks at a file of settings as a start would. What it says otherwise than it is anyhow, as `name = value`. @throws HaleError as `relaySetUp` */
function checkConfig(dir: string, file = configPath(dir)): { file: string; set: string[] } {
  relaySetUp({ dir, config: file });
  const set = Object.entries(readConfig(file, true)).flatMap(([section, values]) =>
    Object.entries(values ?? {}).map(([key, value]) => {
      const name = section === '' ? key : `${section}.${key}`;
      // Whoever looks over a shoulder need not see it.
      return `${name} = ${name === 'watch.metricsToken' ? '(set)' : JSON.stringify(value)}`;
    }),
  );
  return { file, set };
}

export const relayOperation = {
  configPath,
  renderConfig,
  writeConfig,
  checkConfig,
  backup: backupRelay,
  restore: restoreRelay,
  check: checkRelay,
  export: exportRelay,
  import: importFile,
  desk: openDesk,
  /** @param secret nsec1… or hex. @throws HaleError 'malformed' for a key that is none, and as `manageAs` */
  manageAt: (url: string, secret: string, method: string, params: readonly unknown[]): Promise<unknown> =>
    manageAs(url, method, params, decodeSecretKey(secret)),
};

export type RelayOperation = typeof relayOperation;
