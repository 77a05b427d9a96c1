// A thread that counts what lies at a relay: with some million events that takes a second, in which nobody should wait.
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { heldBy } from './held.ts';

const path = workerData as string;
const database = new DatabaseSync(path, { readOnly: true });
try {
  parentPort?.postMessage(heldBy({ database }, statSync(path).size));
} finally {
  database.close();
}
