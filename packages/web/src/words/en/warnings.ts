import type { WarningCode, WarningValues } from '@hale/home';
import { counted } from '../plural.ts';

const events = counted('en', { one: 'event', other: 'events' });
const deliveries = counted('en', { one: 'delivery', other: 'deliveries' });
const pieces = counted('en', { one: 'piece', other: 'pieces' });

type Sentences = { [C in WarningCode]: (...values: WarningValues<C>) => string };

/** What the node wants to be known, by its code (packages/home/src/warnings.ts). */
export const warnings: Sentences = {
  'disk-full': () => 'The disk is full: new data is refused until there is room. Free some space on that computer.',
  stumbled: (what, code) => `Something went wrong inside (${what}: ${code}) and is tried again. Nothing was lost.`,
  'another-home': () => 'Another node writes your data now; this one only reads.',
  'taken-over': (_, given) =>
    `Another node has taken over. This one handed over what no relay had (${pieces(given)}) and only reads from now on.`,
  'handed-over': (given) => `Another node handed over what no relay had yet (${pieces(given)}); it was taken in.`,
  'also-wrote': (tiles) =>
    `Another node with the same words wrote as well (${pieces(tiles)}). All of it was merged, nothing was dropped.`,
  senseless: (count) => `Signed with your own keys, but making no sense: ${events(count)}, kept out.`,
  'locked-elsewhere': () =>
    'Devices sent data while this node was locked, and another node has taken over: that data lies unread in this folder. Point the devices at the new node.',
  'locked-unreadable': (count) => `Sent while this node was locked, and not readable: ${deliveries(count)}, left out.`,
  'locked-damaged': (count) =>
    `Sent while this node was locked, and damaged: ${deliveries(count)}. The file was kept aside.`,
  'codes-withdrawn': () =>
    'Pairing codes were withdrawn after wrong ones had come. Was it you? If not, somebody on your network tried to let a device in.',
  'receipts-unsigned': () => 'Some receipts were not signed by the relay they lay on. They were not counted.',
  'receipts-hole': () =>
    'A relay left out receipts, or they ran out before they were fetched: some numbers are missing.',
  'receipts-contradict': () => 'A relay contradicts itself: its receipts do not follow on each other.',
  'catalogue-holes': (entries) => `The catalogue has holes: ${entries} of its entries were not there.`,
  'heads-differ': (days, stream) =>
    `What was fetched differs from what you last stated on ${days} days (first: ${stream}). Other relays may have the rest: press “Compare and send now” in Relays and safety.`,
  'shares-torn': (shares) => `Not complete, as entries of what their readers hold were missing: ${shares} shares.`,
  'documents-torn': (months) => `Months of documents that are not complete: ${months}.`,
  'records-torn': (logs, files) =>
    `Health records are not complete: entries are missing in ${logs} of their lists, and parts of ${files} files. Other relays may have them.`,
  'keys-ahead': (streams) =>
    `Series with data sealed after the last change of keys that the catalogue tells of: ${streams}.`,
  'shares-closed': (open) =>
    `A relay may have withheld that you stopped sharing something. So all shares were closed (open before: ${open}), and what comes from now on opens for nobody. Look at Sharing, then share again.`,
  'relay-no-room': () => 'A relay gives no more room this month. What does not fit waits here and is sent later.',
  'relay-two-keys': () =>
    'A relay does not keep to its published key for admission tokens: it could tell by it which streams are yours. None are taken from it, so new streams are not kept there.',
  merged: (tiles) => `Written by two nodes and merged: ${pieces(tiles)}.`,
  'emergency-opened': (name, at) =>
    `The emergency card of ${name} was opened (${at} UTC). See who and why under Emergency, and say whether it was right.`,
  'emergency-of-other': (npub, at) =>
    `The emergency card of somebody who named you was opened (message of ${at} UTC from ${npub}). If you know where they are, go or call.`,
  'not-described': (streams) =>
    `Series with data but no description in the catalogue: ${streams}. Their sealed data is kept at the relay.`,
};
