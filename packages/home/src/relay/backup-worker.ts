// A thread that copies a relay's database as of one moment, looks at the copy and syncs it.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { HaleError } from '@hale/kernel';
import { asHaleError } from '../store/statements.ts';
import { type BackupAnswer, type BackupRequest, backupDatabase } from './backup.ts';

function copy({ from, to }: BackupRequest): BackupAnswer {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    database.exec('PRAGMA busy_timeout = 5000');
    backupDatabase(database, to);
  } finally {
    database.close();
  }
  const made = new DatabaseSync(to, { readOnly: true });
  try {
    const isWhole = Object.values(made.prepare('PRAGMA quick_check(1)').get() ?? {})[0] === 'ok';
    return { failure: isWhole ? null : 'corrupt' };
  } finally {
    made.close();
  }
}

function answer(): BackupAnswer {
  try {
    return copy(workerData as BackupRequest);
  } catch (error) {
    const known = asHaleError(error);
    const code = known instanceof HaleError ? known.code : 'unavailable';
    return { failure: code === 'corrupt' || code === 'full' ? code : 'unavailable' };
  }
}

parentPort?.postMessage(answer());
