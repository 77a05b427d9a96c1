/** The home: everything that needs Node. The command and the tests enter here. */
export type * from './api.ts';
export { home } from './compose.ts';
export { Home, type HomeOptions } from './home.ts';
export { RelayConnection } from './net/connect.ts';
export type { CreatedHome, HomeEntry, NodeHandle, RelayWishes } from './open-client.ts';
export { findReceived, grantSession, type ReceivedGrant } from './received.ts';
export { type MountedRelay, mountRelay, type RelayHandle, startRelay } from './relay/host.ts';
export type { Imported } from './relay/import-file.ts';
export { nativePrimitives } from './relay/native.ts';
export type { RelayOperation } from './relay/operation.ts';
export type { RelayStatus } from './relay/status.ts';
export type { ImportCounts } from './relay/transfer.ts';
export { EventStore } from './store/events.ts';
export { SqliteOutboxStore } from './store/outbox-store.ts';
export { SqliteVaultStore } from './store/vault-store.ts';
