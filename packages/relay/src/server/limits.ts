import { LIMITS } from '@hale/kernel';

/** Every limit of the relay server, with its unit and its reason. The kernel's LIMITS bound a single event. */
export const RELAY_LIMITS = {
  /** Bytes of one frame from a client: the kernel's largest event and its envelope. */
  messageBytesMax: LIMITS.eventBytesMax + 1_024,
  /** Bytes of frames of one connection that wait for a signature to be checked; beyond that its socket is not read from. */
  waitingBytesMax: 1_048_576,
  /** The same of all connections together: what a relay with thousands of busy clients spends on them. */
  waitingBytesOfAllMax: 67_108_864,
  /** Subscriptions open at once on one connection: a reader of forty streams needs one each. */
  subscriptionsMax: 64,
  /** Characters of a subscription id (NIP-01). */
  subscriptionIdUnitsMax: 64,
  /** Filters in one REQ or COUNT. */
  filtersMax: 16,
  /** Values in the filters of all subscriptions of one connection: 2 MB of memory, or a reader of forty streams with a year of days for each. */
  filterValuesOfConnectionMax: 16_384,
  /** Values of a filter's field by which new events find it; a filter whose fields are all longer is asked about every event. */
  interestKeysMax: 512,
  /** Rows looked at for one answer before others get their turn: a few milliseconds. */
  rowsPerTurn: 2_000,
  /** Events that one REQ gets from the store; also the default, so that nothing is cut off unasked. */
  eventsPerRequestMax: 5_000,
  /** Keys that one connection may prove: a home publishes each stream under a key of its own. */
  keysPerConnectionMax: 512,
  /** Bytes of stored events written to a connection before the socket has to drain. */
  pageBytes: 262_144,
  /** Seconds that an event may lie ahead of our clock: phones drift by minutes. */
  futureSecondsMax: 900,
  /** The same for access events: one from next year would block every revocation until then. */
  accessFutureSecondsMax: 60,
  /** Seconds for which a ticket opens a socket: one round trip on a bad line. */
  ticketSecondsMax: 30,
  /** Tickets outstanding at once, so that they cannot fill memory. */
  ticketsMax: 1_000,
  /** Of these for one key: a browser's few tabs. */
  ticketsOfKeyMax: 8,
  /** Wrong tries of a locker's lifetime: with six digits a guesser has eight chances in a million. */
  lockerTriesMax: 8,
  /** Lockers that one member may make in an hour: one for each link with a PIN. */
  lockersPerHourMax: 60,
  /** Seconds within which a browser answers the challenge of a locker that belongs to one browser. */
  claimSecondsMax: 60,
  /** Challenges of one locker outstanding at once: two tabs, and what was asked again. */
  claimsOfLockerMax: 4,
  /** Of all lockers together, so that they cannot fill memory; the oldest goes first. */
  claimsMax: 1_000,
  /** Seconds for which a locker is kept at most: a year, with a month to spare. */
  lockerSecondsMax: 396 * 86_400,
  /** Wrong passcodes in the lifetime of a SMART Health Link: people choose worse ones than a PIN of ours. */
  healthLinkTriesMax: 10,
  /** Health links that one member may make in an hour. */
  healthLinksPerHourMax: 60,
  /** Seconds for which one is kept at most: ten years; a card with an emergency summary is worn for life. */
  healthLinkSecondsMax: 3_660 * 86_400,
  /** Characters of all files of one, encrypted: a summary has some ten thousand. */
  healthLinkUnitsMax: 8_388_608,
  /** Characters of one part of a file: with its proof it fits a body. */
  healthLinkPartUnitsMax: 12_000,
  healthLinkFilesMax: 16,
  /** Times that one link's manifest is given in a minute. */
  healthLinkOpeningsPerMinuteMax: 30,
  /** Characters of a file up to which it stands in the manifest itself where the reader names no bound. */
  healthLinkEmbeddedUnitsMax: 1_048_576,
  /** Seconds for which the address of a file in a manifest is good: the specification allows an hour. */
  healthLinkLocationSeconds: 900,
  /** Such addresses outstanding; the oldest go first. */
  healthLinkLocationsMax: 4_096,
  /** Characters of what a reader calls himself, and of a passcode. */
  healthLinkTextUnitsMax: 256,
  /** Emergency lockers that one member may make in an hour: one for each card that is printed. */
  emergenciesPerHourMax: 20,
  /** Seconds for which one is kept at most: ten years; a card is worn for life, and its home prolongs. */
  emergencySecondsMax: 3_660 * 86_400,
  /** Hours for which an opening lasts at most: hours, not days without end. */
  emergencyHoursMax: 72,
  /** Openings in one round; then its owner has to look first. As many sets of notices lie ready. */
  emergencyOpeningsMax: 4,
  /** Openings of one locker that are kept for review; a locker that was opened so often is closed. */
  emergencyOpeningsKeptMax: 400,
  /** Others than the owner whom one opening is told to. */
  emergencyToldMax: 8,
  /** Institutions whose codes one locker takes by its owner's word. */
  emergencyInstitutionsMax: 32,
  /** Characters of a sealed statement. */
  emergencyStatementUnitsMax: 11_000,
  /** Characters of what one round gives and sends, as JSON. */
  emergencyUnitsMax: 1_048_576,
  /** Characters of one part of it: with its proof it fits a body. */
  emergencyPartUnitsMax: 12_000,
  emergencyPartsMax: 128,
  /** Requests for one locker in a minute. */
  emergencyTriesPerMinuteMax: 30,
  /** Seconds that an institution's code is good for at most: a shift. */
  deskCodeSecondsMax: 86_400,
  /** Bytes of events in one answer to a question over HTTP; there the client pages on. Also bounds what one request holds in memory. */
  questionBytesMax: 2_097_152,
  /** Questions over HTTP that one key may ask in a minute: each costs a write, and a reader of thirty streams asks for each of them. */
  questionsPerMinuteMax: 240,
  /** Seconds for which an invitation can be used: a letter by post. */
  inviteSecondsDefault: 14 * 86_400,
  /** Events that one key which is no member may leave at a private relay in an hour: wraps, deletions, requests to vanish. */
  postsPerHourMax: 240,
  /** The same of all such keys together: whoever holds many keys fills no disk with them. */
  postsOfAllPerHourMax: 2_400,
  /** Characters of the content of a wrap from no member: what a reader says back has a few thousand. */
  postUnitsMax: 65_536,
  /** Tags of an event from no member. */
  postTagsMax: 20,
  /** Characters of these tags as JSON: twenty ids. Deletions are kept for ever. */
  postTagUnitsMax: 2_048,
  /** Frames of one author that are passed on live in a minute: a screen full of charts, and readings four times a second. */
  remotePerMinuteMax: 1_200,
  /** Characters of their contents in a minute: 400 kB a second, somebody zooming through a chart. */
  remoteUnitsPerMinuteMax: 33_554_432,
  /** Seconds for which a receipt waits for its author. */
  receiptSecondsMax: 30 * 86_400,
  /** Seconds over which the tiles served to one reader gather in one receipt. */
  receiptGatherSeconds: 900,
  /** Seconds after a receipt during which a further one for the same reader and author waits and gathers. */
  receiptSpacingSeconds: 10,
  /** Tile event ids named in one receipt; beyond that it gives count and ranges. */
  receiptIdsMax: 64,
  /** Receipts kept in memory while the disk refuses them. */
  receiptsWaitingMax: 10_000,
  /** Newest events of clear text among which words are looked for: what one question may cost. */
  searchedMax: 2_000,
  /** Characters of a search. */
  searchUnitsMax: 256,
  /** Reconciliations open at once on one connection. */
  reconciliationsMax: 4,
  /** Events of one reconciliation: 40 bytes each in memory. */
  reconciledMax: 2_000_000,
  /** The same of all that are held at once, those kept for the next included: 200 MB. */
  reconciledOfAllMax: 5_000_000,
  /** Events read from the store for one before others are heard. */
  reconciledPerTurnMax: 4_096,
  /** Events of one that are looked up by an index; of more all events of the store are read in one go. */
  reconciledByIndexMax: 16_384,
  /** Seconds until a reconciliation ends of which nothing is heard. */
  reconciliationSecondsMax: 120,
  /** Changes since a set was read that are applied to it; with more it is read anew. */
  reconciledChangesMax: 20_000,
  /** Seconds for which the relay's word that somebody became a member, or is none any more, waits for him. */
  membershipSecondsMax: 30 * 86_400,
  /** Seconds that a request to join or leave may lie from our clock (NIP-43: some minutes). */
  membershipSkewSecondsMax: 600,
  /** Entries of one list of NIP-86. */
  managedMax: 10_000,
  /** Characters of a reason, a name, a description there. */
  managedUnitsMax: 1_024,
  /** Bytes that one admission token opens for one author: a day and a half of ECG, years of glucose. */
  allotmentBytesDefault: 16_777_216,
  /** Tokens that one member may take in 30 days: 8 GiB, or as many authors; a home with years of diaries has some hundreds. */
  tokensPerEpochDefault: 512,
  /** Tokens in each request, no more and no fewer: how many somebody needs tells about her. 25 ms of work. */
  tokensPerBatch: 16,
  /** Bytes beyond its allotment that an author may fill with access lists and deletions: shutting out and deleting never wait. */
  allotmentSlackBytes: 1_048_576,
  /** Bytes for which an event counts beside content and tags: id, key, signature and indexes. */
  eventOverheadBytes: 256,
  /** Pieces of 4 KiB that one member may publish in an hour outside of streams, where quotas hold: 19 MB. */
  piecesOfMemberPerHourMax: 4_800,
  /** Tokens that one member may spend, or try to, in an hour: twice what she may take in a month. Each costs a millisecond. */
  tokensTriedPerHourMax: 1_024,
  /** Seconds within which an access list has to end for its author to need no token: codes that are good once live for minutes. */
  passingSecondsMax: 3_600,
  /** Bytes of such a list: a few readers. */
  passingBytesMax: 2_048,
  /** For how many pieces such a list counts: 300 of them in an hour. */
  passingPieces: 16,
  /** Vouches of one clinic that are taken in 30 days, unless its line says another number. */
  vouchesPerEpochDefault: 200,
  /** Seconds for which a clinic's vouch admits at most: a year and a month. */
  vouchSecondsMax: 396 * 86_400,
  /** Seconds for which a class of events is kept at least: less would be no storage. */
  keepSecondsMin: 86_400,
  /** Events that one step of the sweep by age removes: a commit of some tens of milliseconds. */
  retireStepMax: 500,
  /** Seconds between sweeps by age. */
  retireSeconds: 3_600,
  /** Bytes of the smallest frame and answer of a relay that pads: OK, EOSE, COUNT and CLOSED are one length. */
  paddingBytes: 256,
  /** Event ids remembered after a commit whose outcome is unknown. */
  uncertainMax: 10_000,
} as const;
