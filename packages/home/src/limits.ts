/** Limits of a home on its own disk, with unit and reason. Those of the network are in net/limits.ts, of the relay in relay/limits.ts. */
export const HOME_LIMITS = {
  /** Characters of a passphrase: with fewer even argon2id does not help. */
  passphraseCharactersMin: 8,
  /** Bytes of keyring.sealed: a public part has 1.4 kB (one ML-KEM key), a sealed one 0.6 kB. */
  keyringBytesMax: 65_536,
  /** UTF-16 units of node.json. */
  nodeInfoUnitsMax: 4_096,
  /** Milliseconds after which a torn node.json, or the guard of a take-over, is left over from a power cut and not in use. */
  nodeInfoTornMillis: 5_000,
  /** Milliseconds between looks at a take-over by another process: it lasts as long as two file operations. */
  takeOverPollMillis: 20,
  /** Bytes of one batch for a locked home: an upload of a day of raw ECG has 4 MB. */
  inboxBatchBytesMax: 16 * 1024 * 1024,
  /** Bytes of a locked home's inbox: weeks of a household, and still read into memory at once on a small machine. */
  inboxBytesMax: 256 * 1024 * 1024,
  /** Bytes of one delivery of a device: two minutes of 12-lead ECG at 1 kHz as text. A locked home takes what fits its inbox. */
  deliveryBytesMax: 64 * 1024 * 1024,
  /** Bytes of all deliveries that are being received, so that many at once do not fill the memory of a small machine. */
  deliveriesBytesMax: 256 * 1024 * 1024,
  /** Bytes of the room in which a delivery's pieces are joined and that is kept: an hour of heart rate, a minute of ECG. */
  deliveryRoomBytesMax: 1024 * 1024,
  /** Microseconds since 1970 of a live reading: all of 1970 is refused, where seconds and milliseconds of today would lie. */
  liveTimeMicrosMin: 31_536_000_000_000,
  /** Seconds after which a device that found too much on its way may try again. */
  deliveryRetrySeconds: 5,
  /** Folders below one that is imported: a home folder with years of downloads stays below. */
  importFoldersMax: 10_000,
  /** Files of an import open at once: a process may have some 1,000, and the home needs its own. */
  importFilesOpenMax: 64,
  /** Bytes of a database inside an archive: it is read in memory, so that nothing of it gets onto a disk. */
  databaseInMemoryBytesMax: 1024 ** 3,
} as const;
