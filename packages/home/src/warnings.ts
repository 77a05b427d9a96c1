// What a person should know of her node: a code that stays, what it is about in figures and names, and the English sentence for the command.
// The pages say it in the language in use (packages/web/src/words/…/warnings.ts), and the English where they do not know the code yet.

/** English by code; the values stand in the order of the parameters. Codes are for ever: told ones lie in vaults. */
export const WARNINGS = {
  'disk-full': () => 'The disk is full: new data is refused until there is room.',
  stumbled: (what: string, code: string) => `The clockwork stumbled (${what}: ${code}); it goes on.`,
  'another-home': (generation: number) =>
    `Another home writes this vault (generation ${generation}); this one only reads.`,
  'taken-over': (generation: number, pieces: number) =>
    `Another home has taken over (generation ${generation}). This one handed over ${pieces} pieces that no relay had and only reads from now on.`,
  'handed-over': (pieces: number) =>
    `Another home handed over ${pieces} pieces that no relay had yet; they were taken in.`,
  'also-wrote': (tiles: number) =>
    `Another home with the same words wrote as well: ${tiles} tiles were merged, nothing was dropped.`,
  senseless: (events: number) => `${events} events signed with own keys made no sense and were kept out.`,
  'locked-elsewhere': () =>
    'Deliveries came while this home was locked, and another home has taken over: they lie unread in this folder, and neither home shows them. Point the devices at the new home.',
  'locked-unreadable': (deliveries: number) =>
    `${deliveries} deliveries that came while locked could not be read and were left out.`,
  'locked-damaged': (deliveries: number) =>
    `${deliveries} deliveries that came while locked are damaged; their file was kept aside.`,
  'codes-withdrawn': () =>
    'Pairing codes were withdrawn after wrong ones had come. Was it you? If not, somebody on your network tried to let a device in.',
  'receipts-unsigned': () => 'Receipts came that were not signed by the relay they lay on; they were not counted.',
  'receipts-hole': () =>
    'A relay left receipts out, or they ran out before they were fetched: their numbers have a hole.',
  'receipts-contradict': () => 'A relay contradicts itself: its receipts do not follow on each other.',
  'catalogue-holes': (entries: number) => `The catalogue has holes: ${entries} of its entries were not there.`,
  'heads-differ': (days: number, stream: string, level: string) =>
    `${days} days differ from what this vault last stated: the source misses tiles or holds an older state (first: ${stream}, level ${level}). Other relays may have them: \`hale relays sync\`.`,
  'shares-torn': (shares: number) =>
    `${shares} shares are not complete: entries of what their readers hold were not there.`,
  'documents-torn': (months: number) => `${months} months of documents are not complete: some were not there.`,
  'records-torn': (logs: number, files: number) =>
    `Health records are not complete: entries are missing in ${logs} of their logs, and parts of ${files} files. Other relays may have them: \`hale relays sync\`.`,
  'keys-ahead': (streams: number) =>
    `${streams} streams hold tiles sealed after the last change of keys that the catalogue tells of.`,
  'shares-closed': (open: number) =>
    `A relay may have withheld that you stopped sharing something. So all shares were closed (${open} were open), and what comes from now on opens for nobody. Look at \`hale grants --all\`, then share again with \`hale share\`.`,
  'relay-no-room': () =>
    'A relay gives this home no more room this month: what does not fit waits here and is sent later.',
  'relay-two-keys': () =>
    'A relay does not keep to the key for admission tokens that it published: it could tell by it which streams are yours. None are taken from it, so new streams are not kept there.',
  merged: (tiles: number) => `${tiles} tiles had been written by two homes and were merged.`,
  'emergency-opened': (name: string, at: string) =>
    `The emergency card of ${name} was opened at ${at} UTC. Was this right? \`hale emergency\` shows who and why.`,
  'emergency-of-other': (npub: string, at: string) =>
    `The emergency card of somebody who named you was opened, says a message of ${at} UTC from ${npub}. If you know where they are, go or call.`,
  'not-described': (streams: number) =>
    `${streams} streams have tiles but no description in the catalogue: their sealed data is kept at the relay.`,
} as const satisfies Record<string, (...values: never[]) => string>;

export type WarningCode = keyof typeof WARNINGS;
export type WarningValues<C extends WarningCode> = Parameters<(typeof WARNINGS)[C]>;

export interface Warning {
  /** One of `WARNINGS`, or of a later version. */
  code: string;
  values: (string | number)[];
  /** English. */
  text: string;
}

export function warning<C extends WarningCode>(code: C, ...values: WarningValues<C>): Warning {
  const say = WARNINGS[code] as (...given: (string | number)[]) => string;
  return { code, values: [...values], text: say(...values) };
}
