// A thread that looks whether the pages of a database hang together. It says true or false, once.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { HaleError } from '@hale/kernel';
import { asHaleError } from '../store/statements.ts';

function isWhole(path: string): boolean {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0] === 'ok';
    } finally {
      database.close();
    }
  } catch (error) {
    const known = asHaleError(error);
    if (known instanceof HaleError && known.code === 'corrupt') return false;
    throw error;
  }
}

parentPort?.postMessage(isWhole(workerData as string));
