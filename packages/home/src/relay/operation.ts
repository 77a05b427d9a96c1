// What the command does with a relay on this machine, named by its folder; each works while it runs and while it does not, unless it says otherwise.
import { decodeSecretKey } from '@hale/kernel/seal';
import { manageAs } from '../net/relay-info.ts';
import { backupRelay } from './backup.ts';
import { configPath, readConfig, renderConfig, writeConfig } from './config.ts';
import { openDesk } from './desk.ts';
import { drillRelay } from './drill.ts';
import { inviteToRelay } from './host.ts';
import { importFile } from './import-file.ts';
import { checkRelay } from './integrity.ts';
import { checkRelayReport, makeRelayReport } from './report.ts';
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
  invite: inviteToRelay,
  /** One signed page about the relay in this folder, whether it runs or not. @throws HaleError 'not-found' */
  report: (dir: string) => makeRelayReport(dir, Math.floor(Date.now() / 1000)),
  /** Is that a report as a relay signed it? @throws HaleError 'malformed' | 'not-authentic' */
  checkReport: checkRelayReport,
  /** Restores the newest backup of that relay, or a fresh copy, into a folder that is thrown away. @throws HaleError 'not-found' */
  drill: (dir: string) => drillRelay(dir),
  /** @param secret nsec1… or hex. @throws HaleError 'malformed' for a key that is none, and as `manageAs` */
  manageAt: (url: string, secret: string, method: string, params: readonly unknown[]): Promise<unknown> =>
    manageAs(url, method, params, decodeSecretKey(secret)),
};

export type RelayOperation = typeof relayOperation;
