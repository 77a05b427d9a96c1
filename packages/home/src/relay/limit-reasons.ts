// Made by `node docs/make-limits.ts` from the comments of limits.ts; a test holds it against them.
export const LIMIT_REASONS: Readonly<Record<string, string>> = {
  connectionsMax:
    'Sockets open at once: idle they take 30 kB each, 180 MB in all; Node asks the system for as many file descriptors as it may have.',
  connectionsOfKeyMax: 'Of these for one admitted key: all who look at one link at the same moment share one.',
  bufferedCloseBytes: 'Bytes waiting above which a client that does not read loses its socket.',
  pingMillis: 'Milliseconds between pings; a socket that did not answer the one before is closed.',
  checkThreadsMax: 'Threads that check signatures: beyond that the store is what limits.',
  storeCacheBytes:
    'Bytes of the store’s pages that a relay alone keeps in memory: the top of every index of some million events.',
  headersMillis:
    'Milliseconds until somebody who does not finish the headers of a request is dropped: a second on a bad line.',
  messageBytesMax: 'Bytes of one frame from a client: the kernel’s largest event and its envelope.',
  subscriptionsMax: 'Subscriptions open at once on one connection: a reader of forty streams needs one each.',
  eventsPerRequestMax: 'Events that one REQ gets from the store; also the default, so that nothing is cut off unasked.',
  keysPerConnectionMax: 'Keys that one connection may prove: a home publishes each stream under a key of its own.',
  futureSecondsMax: 'Seconds that an event may lie ahead of our clock: phones drift by minutes.',
  lockersPerHourMax: 'Lockers that one member may make in an hour: one for each link with a PIN.',
  questionsPerMinuteMax:
    'Questions over HTTP that one key may ask in a minute: each costs a write, and a reader of thirty streams asks for each of them.',
  inviteSecondsDefault: 'Seconds for which an invitation can be used: a letter by post.',
  postsPerHourMax:
    'Events that one key which is no member may leave at a private relay in an hour: wraps, deletions, requests to vanish.',
  postsOfAllPerHourMax: 'The same of all such keys together: whoever holds many keys fills no disk with them.',
  remotePerMinuteMax:
    'Frames of one author that are passed on live in a minute: a screen full of charts, and readings four times a second.',
  allotmentBytesDefault:
    'Bytes that one admission token opens for one author: a day and a half of ECG, years of glucose.',
  tokensPerEpochDefault:
    'Tokens that one member may take in 30 days: 8 GiB, or as many authors; a home with years of diaries has some hundreds.',
  piecesOfMemberPerHourMax:
    'Pieces of 4 KiB that one member may publish in an hour outside of streams, where quotas hold: 19 MB.',
};
