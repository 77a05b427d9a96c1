/** The client's half of a relay conversation: pure, sockets are the caller's. */

export { Difference, type Item, ItemBuilder, ItemVector, Reconciler } from '../negentropy/index.ts';
export { backOffMillis } from './back-off.ts';
export {
  type ConnectionFact,
  type ConnectionOptions,
  type ConnectionPorts,
  type ConnectionState,
  clockOffset,
  type Line,
  type LineEvents,
  type LineFailure,
  RelayConnection,
} from './connection.ts';
export type { ReasonPrefix } from './frames.ts';
export type { LostWhy } from './lane.ts';
export { CLIENT_LIMITS } from './limits.ts';
export {
  accessFilter,
  type DeliveryState,
  Outbox,
  type OutboxEntry,
  type OutboxFact,
  type OutboxStep,
  type OutboxStore,
  type RefusalReason,
} from './outbox.ts';
export { PagedQuery } from './paging.ts';
export type { ReconcileResult } from './reconciliation.ts';
export {
  type CountResult,
  type PublishResult,
  type QueryResult,
  RelaySession,
  type SessionFact,
  type SessionOutput,
} from './session.ts';
export type { Subscription, SubscriptionHandlers } from './subscription.ts';
