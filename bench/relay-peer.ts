// The peer of bench/relay.ts in a process of its own: @nostr-relay 0.0.40 on `ws`, `fork`ed with the path of its database. Its SQLite driver needs a
// compiler or a download to install, so its repository gets the platform's SQLite through the few methods that it calls, with the same
// setting for fsync (WAL, synchronous = NORMAL: an OK is not yet on the disk).
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { NostrRelay } from '@nostr-relay/core';
import { EventRepositorySqlite } from '@nostr-relay/event-repository-sqlite';
import { WebSocketServer } from 'ws';

type Parameters_ = readonly (string | number | bigint | null)[];

function statement(prepared: StatementSync) {
  return {
    reader: prepared.columns().length > 0,
    get: (...parameters: Parameters_) => prepared.get(...parameters),
    all: (parameters: Parameters_) => prepared.all(...parameters),
    run: (parameters: Parameters_) => prepared.run(...parameters),
    iterate: (parameters: Parameters_) => prepared.iterate(...parameters),
  };
}

const database = new DatabaseSync(process.argv[2]);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
const driver = {
  prepare: (sql: string) => statement(database.prepare(sql)),
  exec: (sql: string) => database.exec(sql),
  close: () => database.close(),
};
const repository = new EventRepositorySqlite(driver as unknown as string);
await repository.init();
const silent = { setLogLevel() {}, debug() {}, info() {}, warn() {}, error() {} };
const relay = new NostrRelay(repository, { logger: silent });
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  relay.handleConnection(socket);
  // Without its validator, which would cost it more.
  socket.on('message', (data) => void relay.handleMessage(socket, JSON.parse(data.toString())));
  socket.on('close', () => relay.handleDisconnect(socket));
  socket.on('error', () => {});
});
server.on('listening', () => {
  const address = server.address();
  process.send?.({ url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` });
});
process.on('disconnect', () => process.exit(0));
