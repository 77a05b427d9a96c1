/** Every limit of the client half, with unit and reason. A relay is a stranger: nothing that it sends may grow without end. */
export const CLIENT_LIMITS = {
  /** UTF-16 units of one frame from a relay: strfry's longest word of a reconciliation; the largest event has 280,000. */
  frameUnitsMax: 1_050_000,
  /** UTF-16 units of an AUTH challenge: relays in use send 16 to 64. */
  challengeUnitsMax: 512,
  /** Challenges answered on one connection: each costs one signature per key. */
  challengesMax: 16,
  /** Keys proved on one connection: the authors of a household's streams. */
  keysMax: 512,
  /** Publications waiting for OK or for their turn; more is a caller without back-pressure. */
  publicationsMax: 1_024,
  /** Publications sent and not yet answered: enough to fill a relay's commit, few enough for its input buffer. */
  publicationsInFlightMax: 64,
  /** Queries and counts waiting or running. */
  queriesMax: 1_024,
  /** Queries and counts running: relays in use allow 10 to 20 subscriptions a connection. */
  queriesInFlightMax: 8,
  /** Standing subscriptions of a session. */
  subscriptionsMax: 32,
  /** Filters of one query or subscription: our relay allows 16, others 10 or more. */
  filtersMax: 16,
  /** Events taken for one query: 20,000 of 48 kB is 1 GB; callers page long before. */
  eventsPerQueryMax: 20_000,
  /** Ids remembered per subscription so that an event is handed over once. 32 kB… 2 MB of memory. */
  seenIdsMax: 20_000,
  /** Frames on one connection that no honest relay sends, before the session hangs up: each may cost a verification. */
  misbehaviourMax: 1_000,
  /** Facts kept between two drains. */
  factsMax: 256,
  /** Milliseconds until a publication counts as lost: a relay that syncs to disk answers within a second. */
  publishTimeoutMillis: 30_000,
  /** Milliseconds until a query is given up when its EOSE does not come. */
  queryTimeoutMillis: 30_000,
  /** Reconciliations waiting or running, and of these running: a relay holds a set in memory for each. */
  reconciliationsMax: 64,
  reconciliationsInFlightMax: 2,
  /** Answers of one reconciliation: sixteen are enough for any two sets in messages of 60 kB, but for what differs. */
  reconcileRoundsMax: 2_000,
  /** Ids that one reconciliation may bring to light: 32 bytes each, as text 150. */
  reconcileIdsMax: 2_000_000,
  /** Milliseconds to wait for each answer: a relay first reads a million events from its disk. */
  reconcileTimeoutMillis: 60_000,
  /** Milliseconds to wait for the answer to an AUTH event. */
  authTimeoutMillis: 10_000,
  /** Milliseconds for which requests wait for a challenge after the connection opened: some relays challenge only when asked. */
  challengeGraceMillis: 750,
  /** Milliseconds for which a request that was told 'auth-required' waits for the challenge. */
  challengeWaitMillis: 5_000,
  /** Milliseconds after which a subscription that the relay closed for a passing reason is asked for again. */
  resubscribeMillis: 60_000,
  /** Seconds looked back on resubscribing: NIP-59 dates wraps up to two days back, and a home that was offline publishes late. */
  overlapSeconds: 3 * 86_400,
  /** Own events of one author sent before the first of them is acknowledged. */
  outboxWindow: 16,
  /** Milliseconds of the first and of the longest pause after a relay could not be reached. */
  backOffMinMillis: 1_000,
  backOffMaxMillis: 300_000,
  /** Events asked for in one page. */
  pageEvents: 500,
  /** Milliseconds between looks at what waits for an answer; only while something does. */
  tickMillis: 250,
  /** Milliseconds that a connection has to last before the next failure counts as the first again. */
  steadyMillis: 60_000,
  /** Seconds by which the relay's Date has to differ before it is a reason to try again (NIP-98 allows 60). */
  skewSecondsMin: 5,
  /** Pages of one long query: with 500 events of 48 kB each, 12 GB. */
  pagesMax: 500,
} as const;
