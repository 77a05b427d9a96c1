// Erasing: a signed request to vanish for every author concerned, and everything of them gone from this disk.

import { HaleError, schnorrPublic, toHex } from '@hale/kernel';
import type { OpenStream } from '@hale/vault';
import { withoutOwnerLabels } from '@hale/vault';
import type { LeftOfVault, Parameters } from '../api.ts';
import { refuseWhileShared, vanishHousehold } from '../custody/sharing.ts';
import { withoutEmergency } from '../emergency/settings.ts';
import type { Home } from '../home.ts';
import { removeFindFiles } from '../records/find-files.ts';
import { phonesOf, removePhone } from '../remote/phones.ts';
import { vanish } from '../vanish.ts';
import type { Context, Operation } from './context.ts';

/** What must be typed: the name of what goes. */
export const EVERYTHING = 'erase everything';

export const erase: Operation<'erase'> = async (context, parameters) => {
  const { home } = context;
  const streams = streamsOf(home, parameters);
  // What others care for too is not this home's to erase.
  for (const subject of parameters.everything
    ? home.custody.shared()
    : new Set(streams.map(({ entry }) => entry.subject)))
    if (parameters.stream === undefined) refuseWhileShared(home, subject);
  if (streams.length === 1 && home.vault.isForeign(streams[0]))
    throw new HaleError('not-permitted', 'another custodian’s home writes this series');
  const last = home.outbox.newestSeq();
  // All or nothing: half an erasure would leave grants to streams that are gone, or authors that nobody tells to vanish.
  home.vault.change(() => eraseAll(home, streams, parameters));
  home.finder?.forgetErased();
  removeFindFiles(home);
  shrinkFile(home);
  home.announce();
  await home.network.settle(15_000);
  const relays = home.storeRelays().map((url) => {
    const pending = home.outbox.pendingCount(url);
    return { url, confirmed: Math.max(0, home.outbox.newestSeq() - last - pending), pending };
  });
  return { authors: streams.length, relays, left: parameters.everything ? await farewell(context) : null };
};

/** The last of a vault: its catalogue, and then its keys. Keys go only when nobody needs them any more. */
async function farewell({ home, emit }: Context): Promise<LeftOfVault> {
  if (home.embedded) return 'node';
  // The relays are told of everything else first: the catalogue is where their addresses stand.
  if (waiting(home).length > 0) return 'keys';
  const isMember = home.events.isMember(toHex(schnorrPublic(home.keys.member)));
  if (home.events.countMembers() > (isMember ? 1 : 0)) return 'others';
  vanish(home, home.keys.catalogueAuthor, home.catalogueAuthor());
  home.announce();
  await home.network.settle(15_000);
  for (const url of waiting(home))
    emit({ notice: `${url} did not confirm the last request: it may keep the sealed list of what there was.` });
  home.erased = true;
  return 'nothing';
}

const waiting = (home: Home): string[] => home.storeRelays().filter((url) => home.outbox.pendingCount(url) > 0);

/** Said before, it is not said again: erasing a second time is how one waits for the relays. */
function vanishOnce(home: Home, secret: Uint8Array, author: string): void {
  if (!home.departed().has(author)) vanish(home, secret, author);
}

/** Deleted pages are overwritten already; but the size of the file would still tell how much there was. */
function shrinkFile(home: Home): void {
  // On a full disk there is no room to write the file anew: what was erased is gone all the same.
  home.guard('shrink', () => home.events.compact());
  home.events.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}

function eraseAll(home: Home, streams: OpenStream[], parameters: Parameters<'erase'>, leavesNotice = false): void {
  endGrants(home, streams, subjectsOfRecords(home, parameters), leavesNotice);
  // Documents hold the same numbers as the streams of their device: what is erased must not be read there again.
  for (const log of subjectsOfDocuments(home, streams, parameters).flatMap((id) => home.documents.erase(id)))
    vanish(home, log.authorSecret, toHex(log.stream.author));
  for (const id of subjectsOfRecords(home, parameters)) {
    home.vault.record(withoutOwnerLabels(home.vault.state, id));
    for (const log of home.records.erase(id)) vanish(home, log.authorSecret, toHex(log.stream.author));
  }
  home.vault.eraseStreams(streams);
  for (const stream of streams) vanish(home, stream.authorSecret, toHex(stream.author));
  if (parameters.everything)
    for (const log of home.grants.logs()) vanishOnce(home, log.authorSecret, toHex(log.stream.author));
  if (parameters.everything) for (const { id } of phonesOf(home)) removePhone(home, id);
  if (parameters.everything || parameters.subject !== undefined) removeSubjects(home, parameters);
}

/**
 * Everything of one subject, in the caller's transaction: it lives on elsewhere under other keys. Whoever could read is told that it ended: he has to
 * ask somebody else now.
 */
export function eraseSubject(home: Home, subject: string): void {
  eraseAll(home, home.vault.streams(subject), { subject, confirm: subject }, true);
}

/** Health records go with their person; a series that goes alone leaves the record of the same value. */
function subjectsOfRecords(home: Home, { everything, stream, subject }: Parameters<'erase'>): string[] {
  if (everything) return [...home.vault.state.subjects.values()].filter((each) => !each.removed).map(({ id }) => id);
  return stream === undefined && subject !== undefined ? [home.vault.subject(subject).id] : [];
}

function subjectsOfDocuments(home: Home, streams: OpenStream[], parameters: Parameters<'erase'>): string[] {
  if (parameters.everything)
    return [...home.vault.state.subjects.values()].filter((each) => !each.removed).map(({ id }) => id);
  if (parameters.stream === undefined && parameters.subject !== undefined)
    return [home.vault.subject(parameters.subject).id];
  const isFromDocuments = ({ entry }: OpenStream) =>
    home.vault.state.devices.get(entry.device ?? '')?.nightscout !== undefined;
  return [...new Set(streams.filter(isFromDocuments).map(({ entry }) => entry.subject))];
}

function streamsOf(
  home: Home,
  {
    stream,
    subject,
    everything,
    confirm,
  }: { stream?: string; subject?: string; everything?: boolean; confirm: string },
): OpenStream[] {
  const wanted = everything ? EVERYTHING : (stream ?? subject);
  if (wanted === undefined) throw new HaleError('usage', 'say what to erase: a stream, a subject, or everything');
  if (confirm !== wanted)
    throw new HaleError(
      'usage',
      `to erase, repeat the name exactly: ${everything ? EVERYTHING : 'the stream’s or subject’s name'}`,
    );
  if (everything) return home.vault.streams();
  if (stream !== undefined) return [namedStream(home, subject, stream)];
  return home.vault.streams(home.vault.subject(subject).id);
}

/** By its whole name only: what elsewhere is a convenience would here delete another stream than the one that was named. */
function namedStream(home: Home, subject: string | undefined, key: string): OpenStream {
  const stream = home.vault.findStream(home.vault.subject(subject).id, key);
  if (!stream) throw new HaleError('not-found', 'no stream has exactly this name; `hale streams` shows them');
  return stream;
}

/**
 * @param subjects whose records go as well
 * @param leavesNotice of each grant the notice of its end stays at the relays; otherwise nothing does
 */
function endGrants(home: Home, streams: OpenStream[], subjects: readonly string[], leavesNotice: boolean): void {
  for (const { record, owner } of home.grants.active())
    if (
      (record.records !== undefined && subjects.includes(record.subject)) ||
      record.streams.some(({ key }) =>
        streams.some((stream) => stream.entry.key === key && stream.entry.subject === record.subject),
      )
    )
      home.grants.end(owner.grantId, 'erased', !leavesNotice);
}

function removeSubjects(home: Home, { subject, everything }: { subject?: string; everything?: boolean }): void {
  const gone = everything ? [...home.vault.state.subjects.values()] : [home.vault.subject(subject)];
  for (const { id, removed } of gone) {
    if (removed) continue;
    vanishHousehold(home, id);
    home.vault.record(withoutEmergency(home, id));
  }
  home.vault.record(
    gone
      .filter((entry) => !entry.removed)
      .map(({ type, id }) => ({ type, id, name: 'erased', secret: new Uint8Array(32), removed: true })),
  );
}
