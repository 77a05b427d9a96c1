/**
 * Sabotage for tests: each switch breaks one promise of the relay, and a named test must then fail. They are reached
 * only as a constructor argument; no configuration and no environment sets them.
 */
export interface Faults {
  /** OK is sent before the commit. */
  readonly okBeforeFsync: boolean;
  /** COUNT counts what the asker may not see. */
  readonly countUngated: boolean;
  /** Tiles are served and no receipt is written. */
  readonly receiptDropped: boolean;
  /** An access event counts by its arrival, not by its created_at. */
  readonly accessByArrival: boolean;
  /** What was deleted or vanished may come back. */
  readonly tombstoneForgotten: boolean;
  /** A replaced event goes on being served. */
  readonly oldRevisionServed: boolean;
}

export const NO_FAULTS: Faults = {
  okBeforeFsync: false,
  countUngated: false,
  receiptDropped: false,
  accessByArrival: false,
  tombstoneForgotten: false,
  oldRevisionServed: false,
};
