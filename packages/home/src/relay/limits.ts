/** Bytes of a file of settings: what is written with everything in it has 15 kB. */
export const CONFIG_BYTES_MAX = 262_144;

/** Limits of the relay's sockets and HTTP routes; what the protocol bounds stands in @hale/relay's limits. */
export const HOST_LIMITS = {
  /** Sockets open at once: idle they take 30 kB each, 180 MB in all; Node asks the system for as many file descriptors as it may have. */
  connectionsMax: 6_000,
  /** Of these for one admitted key: all who look at one link at the same moment share one. */
  connectionsOfKeyMax: 32,
  /** Bytes waiting in a socket above which no further page of stored events is written. */
  bufferedPauseBytes: 1_048_576,
  /** Bytes waiting above which a client that does not read loses its socket. */
  bufferedCloseBytes: 16_777_216,
  /** Milliseconds between pings; a socket that did not answer the one before is closed. */
  pingMillis: 30_000,
  /** Milliseconds between sweeps of what has expired. */
  tickMillis: 5_000,
  /** Milliseconds after which a socket is looked at again that had no room. */
  drainMillis: 20,
  /** Threads that check signatures: beyond that the store is what limits. */
  checkThreadsMax: 4,
  /** Frames of one turn that are checked where they stand if nothing else is being checked: handing over takes as long as two signatures. */
  checksAtOnceMax: 2,
  /** Frames that go to a thread at once: four milliseconds of signatures. */
  checksOfBatchMax: 64,
  /** Checking threads that may die in the life of a process before it does their work itself. */
  checkCrashesMax: 16,
  /** Milliseconds for which a publication waits for others that are being checked, so that they share its commit. */
  commitGatherMillis: 8,
  /** Bytes of the store's pages that a relay alone keeps in memory: the top of every index of some million events. */
  storeCacheBytes: 33_554_432,
  /** Milliseconds for which the start of a relay waits for a look at its pages: some gigabytes from a fast disk. Beyond, it goes on beside the work. */
  startCheckMillis: 10_000,
  /** Events that a whole check reads at once: 16 MB of the largest batches. */
  checkRowsAtOnce: 256,
  /** Lines of an import that share a commit, and bytes of these. */
  importLinesAtOnce: 1_000,
  importBytesAtOnce: 4_194_304,
  /** Lines of an import that are named because they are no event. */
  importWrongShown: 10,
  /** Bytes of a page of the database (store/schema.ts). */
  pageBytes: 4_096,
  /** Milliseconds between looks at the free pages of a relay's file. */
  compactMillis: 5_000,
  /** Free pages below which nothing is given back: 16 MB that will be written into again. */
  compactPagesMin: 4_096,
  /** The share of a file that has to be free, and pages that are given back at a look: a few milliseconds. */
  compactShareMin: 0.2,
  compactStepPages: 512,
  /** Milliseconds between looks whether the files of a certificate changed. */
  certificateLookMillis: 5_000,
  /** Milliseconds between looks whether a certificate has to be renewed, and after a failure until the next try: authorities count. */
  renewLookMillis: 3_600_000,
  renewRetryMillis: 21_600_000,
  /** Codes that open the status page, each of them once: how many wait, and for how many milliseconds. */
  watchCodesMax: 16,
  watchCodeMillis: 600_000,
  /** Milliseconds for which a browser that a code let in sees the status page. */
  watchSessionMillis: 43_200_000,
  /** Bytes of what the command asks of a running relay: lines of an import, with one event more than their limit. */
  deskBytesMax: 8_388_608,
  /** Milliseconds for which the counts of what is held are good: counting reads an index of all events. */
  heldCountMillis: 60_000,
  /** Milliseconds between looks whether a backup is due. */
  backupLookMillis: 60_000,
  /** Milliseconds until a backup that failed is tried again: somebody may be making room. */
  backupRetryMillis: 900_000,
  /** Events that are fetched from another relay and committed at once: a few MB. */
  pulledAtOnceMax: 200,
  /** Milliseconds until somebody who does not finish the headers of a request is dropped: a second on a bad line. */
  headersMillis: 10_000,
  /** The same for the whole request. */
  requestMillis: 30_000,
  /** Milliseconds between looks for such. */
  requestsCheckMillis: 2_000,
  /** Events whose signatures a drill looks at, spread over the whole database. */
  drillEventsMax: 1_000,
  /** Bytes of a POST body: filters that name every day of a year and a hundred authors. */
  bodyBytesMax: 16_384,
} as const;
