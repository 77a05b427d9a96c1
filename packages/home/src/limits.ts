/** Limits of a home on its own disk, with unit and reason. Those of the network are in net/limits.ts, of the relay in relay/limits.ts. */
export const HOME_LIMITS = {
  /** UTF-16 units of the sentence that an owner agrees to: sixty series named with their levels. */
  consentUnitsMax: 4000,
  /** Characters of a passphrase: with fewer even argon2id does not help. */
  passphraseCharactersMin: 8,
  /** Characters of a passphrase at most: a sentence of six lines, and no load for whoever has to read it. */
  passphraseCharactersMax: 1024,
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
  /** Digits of a pairing code: five tries hit one of eight codes with 4 in 10 million. */
  pairingDigits: 8,
  /** Seconds that a pairing code is good: to walk to the device and type it. */
  pairingSeconds: 600,
  /** Wrong codes after which all that wait are withdrawn: a person mistypes once or twice. */
  pairingTriesMax: 5,
  /** Pairing codes that wait at once: a household that sets up its devices. */
  pairingCodesMax: 8,
  /** Bytes of a request to pair: a code and a name. */
  pairingBodyBytesMax: 1_024,
  /** Bytes of one Nightscout upload, unpacked: a thousand device statuses of a closed loop. A locked home takes the same. */
  nightscoutBodyBytesMax: 12 * 1024 * 1024,
  /** Bytes of all Nightscout uploads that are being received. */
  nightscoutBodiesBytesMax: 64 * 1024 * 1024,
  /** Bytes of a snapshot of the search index, unpacked: a million records. */
  findSnapshotBytesMax: 512 * 1024 * 1024,
  /** Hits of one search in words, and records of one page of a FHIR search. */
  foundMax: 200,
  /** Characters of the address of a Nightscout question. */
  nightscoutAddressCharactersMax: 16_384,
  /** Wrong secrets or tokens from one address within the window before it has to wait. */
  nightscoutFailuresMax: 20,
  /** Seconds of that window. */
  nightscoutFailureWindowSeconds: 60,
  /** Addresses whose failures are remembered. */
  nightscoutFailingAddressesMax: 10_000,
  /** Seconds that a token of API v3 lasts (Nightscout's own). */
  nightscoutTokenSeconds: 8 * 3600,
  /** Days of readings that one question without a range looks back from the newest. */
  nightscoutLookBackDays: 400,
  /** Documents that one question looks at, so that no question holds the home up for seconds. */
  nightscoutDocumentsSeenMax: 200_000,
  /** Open web sockets of followers: a family and its watch faces. */
  nightscoutSocketsMax: 64,
  /** Bytes of one message from a follower's socket: they ask and send nothing. */
  nightscoutSocketBytesMax: 65_536,
  /** Seconds that a socket may stay without saying who it is. */
  nightscoutSocketStrangerSeconds: 30,
  /** Hours of readings that a follower's socket gets at first. */
  nightscoutSocketHours: 48,
  /** Changes that followers are told of in one turn: a day of readings and of device states. */
  nightscoutSocketChangesMax: 600,
  /** Messages that may wait for one follower who does not read. */
  nightscoutSocketWaitingMax: 2_000,
  /** Readings found to be the same before that speak for a source when the next are compared: more would outvote a sensor that was exchanged. */
  twinsRememberedMax: 100,
  /** Bytes of one upload from a browser: an Apple Health export of twenty years has 4 GB. */
  uploadBytesMax: 16 * 1024 ** 3,
  /** Bytes that an upload leaves free on the disk, for what is made of it. */
  uploadSpareBytes: 256 * 1024 * 1024,
  /** Files of one upload: a folder of recordings. */
  uploadFilesMax: 20_000,
  /** Characters of the path of a file that a browser names. */
  uploadPathCharactersMax: 1_024,
  /** Bytes of one piece of an upload: it is sent in pieces of 8 MB, so that a line that breaks costs one of them. */
  uploadPieceBytesMax: 16 * 1024 * 1024,
  /** Uploads at once. */
  uploadsMax: 4,
  /** Minutes after which an upload that nobody uses is let go. */
  uploadMinutes: 60,
  /** Imports that run or wait. */
  importJobsMax: 64,
  /** Imports that have ended and stay on the list. */
  importJobsKeptMax: 50,
  /** Files of an import that are named in the list. */
  importJobNamesMax: 20,
  /** Files of an upload of no known kind that are named; more are only counted. */
  importStrangersNamedMax: 2_000,
  /** Readings of one series that come at once and are each told to who watches: ten seconds of an ECG. Of more it is the newest. */
  watchedAtOnceMax: 5_000,
  /** Records in one answer of a list. */
  recordsListedMax: 1_000,
  /** Values of one test in one answer, the newest. */
  resultPointsMax: 5_000,
  /** Characters of an amendment: a page. */
  amendmentCharactersMax: 8_000,
  /** Seconds that the address of a download lasts: from the button to the browser's own request. */
  downloadSeconds: 60,
  /** Bytes of an archive that is downloaded: more needs zip64, which some phones cannot open. */
  downloadBytesMax: 4_000_000_000,
  /** Readings in one file of a FHIR download. */
  downloadBundleReadingsMax: 100_000,
  /** Tries at the words of this vault within the window. */
  wordsChecksMax: 5,
  /** Seconds of that window. */
  wordsCheckWindowSeconds: 600,
  /** Folders below one that is imported: a home folder with years of downloads stays below. */
  importFoldersMax: 10_000,
  /** Files of an import open at once: a process may have some 1,000, and the home needs its own. */
  importFilesOpenMax: 64,
  /** Bytes of a database inside an archive: it is read in memory, so that nothing of it gets onto a disk. */
  databaseInMemoryBytesMax: 1024 ** 3,
  /** MQTT connections at once: 200 devices and as many again that have not yet noticed that they were cut off. */
  mqttConnectionsMax: 512,
  /** MQTT connections that have not said who they are; one more ends the oldest of them, so that strangers keep no device out. */
  mqttStrangersMax: 128,
  /** MQTT connections of one device; one more ends its oldest. */
  mqttConnectionsPerDeviceMax: 8,
  /** Milliseconds from the connection to its CONNECT. */
  mqttConnectMillis: 10_000,
  /** Packets that a device may send before its CONNECT was answered. */
  mqttQueuedBeforeConnectMax: 42,
  /** Bytes of the first packet, before anybody is known: names, a credential and a short will. */
  mqttFirstPacketBytesMax: 16_384,
  /** Bytes of one MQTT packet: ten seconds of 12-lead ECG as lines. More goes over HTTP. */
  mqttPacketBytesMax: 1024 * 1024,
  /** Bytes of unfinished packets of all connections. */
  mqttHeldBytesMax: 64 * 1024 * 1024,
  /** Messages of QoS 2 between PUBLISH and PUBREL, a connection. */
  mqttInflightMax: 64,
  /** Bytes of a message of QoS 2: the broker holds it until PUBREL. */
  mqttExactlyOnceBytesMax: 4_096,
  /** UTF-16 units of a client identifier. */
  mqttClientIdUnitsMax: 256,
  /** UTF-16 units of a topic. */
  mqttTopicUnitsMax: 256,
  /** Levels of a topic. */
  mqttTopicLevelsMax: 16,
  /** Subscriptions of one connection. */
  mqttSubscriptionsMax: 64,
  /** Retained topics of one device; further ones are taken in but not retained. */
  mqttRetainedMax: 64,
  /** Bytes of a retained message: it lies in memory. */
  mqttRetainedBytesMax: 1_024,
  /** Messages of one session whose time is remembered, should they come again. */
  mqttRememberedMax: 256,
  /** Commits whose messages are remembered over the end of the process: five seconds of a busy home, hours of a quiet one. */
  mqttRememberedCommits: 256,
  /** Sessions for which that is done: connected ones and as many that may return. */
  mqttSessionsRememberedMax: 1_024,
  /** Milliseconds for which messages of several devices gather into one commit: at most 50 fsyncs a second, and nobody notices the wait. */
  mqttGatherMillis: 20,
  /** Characters of the sealed data in a saved copy: a year of glucose is one million; browsers open files of some ten millions. */
  savedCopyUnitsMax: 48_000_000,
  /** Microseconds by which the clock may run back before its new time counts: below, readings only keep their order. */
  mqttClockBackMicros: 1_000_000,
  /** Asks of readers that are kept, answered ones too: more than a person reads in years. */
  asksKeptMax: 500,
  /** Of one grant: one in two weeks for a year; the oldest make room, so that no reader pushes out the asks of others. */
  asksOfGrantMax: 26,
  /** Filings that readers told of. */
  filingsKeptMax: 2_000,
  /** Grants of others that are looked at at once: tabs of a desk. */
  openedMax: 16,
  /** Seconds without a question after which their connections close. */
  openedIdleSeconds: 120,
  /** UTF-16 units of one line of the PDF of a copy that is filed. */
  sheetLineUnitsMax: 1_000,
  /** Lines of text of it, and lines and words of one of its series. */
  sheetLinesMax: 60,
  /** Series in it. */
  sheetSeriesMax: 200,
  /** Characters of a bundle that is filed: some hundred thousand readings. */
  filingBytesMax: 32 * 1024 * 1024,
  /** Letters between custodians that wait to be dealt with; the oldest make room. */
  lettersKeptMax: 200,
  /** Wraps of which it is remembered that they are no letter, or were dealt with. */
  lettersDoneMax: 5_000,
  /** Bytes of one box of a hand-over: held in memory and taken up in one transaction. */
  handOverBoxBytesMax: 4 * 1024 * 1024,
  /** Hours that an owner may let a release of her guardians wait: a month away from every machine. */
  guardianWaitHoursMax: 720,
  /** Pieces of others' words that a home holds: a person is guardian of her family and friends, and no stranger fills her catalogue. */
  guardianPiecesMax: 64,
  /** Milliseconds between looks for letters that nobody asked for: a refusal has to come within the hours of a wait. */
  lettersLookMillis: 300_000,
  /** UTF-16 units of a note on a grant: some pages. */
  noteUnitsMax: 20_000,
} as const;
