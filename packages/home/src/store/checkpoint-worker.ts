// A thread with a connection of its own that copies the write-ahead log into the database while the owner of the store goes on committing.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointRequest } from './checkpoints.ts';

const database = new DatabaseSync(workerData as string);
database.exec('PRAGMA synchronous = FULL');
database.exec('PRAGMA busy_timeout = 1000');

parentPort?.on('message', (request: CheckpointRequest) => {
  if (request === 'end') {
    database.close();
    parentPort?.close();
    return;
  }
  // PASSIVE waits for nobody and lets nobody wait.
  const { log, checkpointed } = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as unknown as CheckpointAnswer;
  parentPort?.postMessage({ log, checkpointed } satisfies CheckpointAnswer);
});
