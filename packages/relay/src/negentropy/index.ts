/** Negentropy v1 (NIP-77): which events one side has and the other has not, over few bytes. Shared by relay and client. */
export { type Item, ItemBuilder, ItemVector, vectorOf } from './items.ts';
export { Difference, MESSAGE_BYTES_MAX, Reconciler } from './reconciler.ts';
