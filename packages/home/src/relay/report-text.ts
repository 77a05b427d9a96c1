// The report as a page of text. Plain words and numbers; what cannot be known stands there as that.
import { providerRetention } from '@hale/relay/server';
import type { RelayReport } from './report.ts';

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);
const minute = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const group = (value: number): string => value.toLocaleString('en');

function size(bytes: number): string {
  if (bytes < 10_000) return `${group(bytes)} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

function age(seconds: number | null): string {
  if (seconds === null) return 'until it is deleted by whose it is';
  const days = Math.round(seconds / 86_400);
  return days % 365 === 0 ? `${days / 365} years` : `${days} days`;
}

const row = (left: string, right: string): string => `  ${left.padEnd(34)}${right}`;

export function renderReport(report: RelayReport): string {
  return [
    'REPORT OF A HALE RELAY',
    '',
    row('made', minute(report.madeAt)),
    row('relay key', report.relay),
    ...runLines(report),
    '',
    ...heldLines(report),
    '',
    ...inferredLines(report),
    '',
    ...deletedLines(report),
    '',
    ...drillLines(report),
    '',
    'What this page does not say: what a running process could have seen and written elsewhere. Whoever operates a relay can',
    'watch connections as they come; that nothing here keeps them is a statement about the program, not about its operator.',
    '',
  ].join('\n');
}

function runLines({ run }: RelayReport): string[] {
  if (run === null) return [row('how it runs', 'not written down yet: start it once with this version')];
  const { keep, quota, jurisdiction } = run;
  return [
    row('name', run.name),
    row('addresses', run.urls.join(' ')),
    row('started last', minute(run.startedAt)),
    row('who gets in', run.private ? 'those who were let in, and whom they share with' : 'everybody'),
    row('named', `${run.owner ? 'an owner' : 'no owner'}, ${group(run.clinics)} clinics that vouch`),
    row('law where the disks stand', jurisdiction.length > 0 ? jurisdiction.join(', ') : 'not said by the operator'),
    row('answers padded', run.padding ? 'yes' : 'no'),
    row('an author may keep', quota === null ? 'as much as she likes' : `${size(quota.allotmentBytes)} for each token`),
    row(
      'a member may take',
      quota === null ? 'no tokens are needed' : `${group(quota.tokensPerEpoch)} tokens in 30 days`,
    ),
    '',
    'HOW LONG THINGS ARE KEPT',
    row('tiles', age(keep.tiles)),
    row('access lists', age(keep.access)),
    row('gift wraps', age(keep.wraps)),
    row('relays and keys of people', age(keep.people)),
    row('other', age(keep.other)),
    row('receipts', '30 days, or until fetched'),
    row('requests to delete or vanish', 'for ever: they keep what was deleted from coming back'),
    '  Streams are kept at least as long as was promised when their author was admitted. The operator decides; duties to keep',
    '  records bind a provider’s own copy and not this relay, which deletes when an author says so.',
    ...jurisdiction.flatMap((country) => {
      const found = providerRetention(country);
      return found === null ? [] : [row(`a provider’s own copy in ${country}`, found.rule)];
    }),
  ];
}

function heldLines({ held }: RelayReport): string[] {
  return [
    'WHAT IS HELD',
    ...held.classes.map(({ name, events, bytes }) => row(name, `${group(events)} events, ${size(bytes)}`)),
    row('stream authors', group(held.streamAuthors)),
    row('members', group(held.members)),
    row('invitations that are open', group(held.invitations)),
    row('lockers of links with a PIN', group(held.lockers)),
    row('database', size(held.fileBytes)),
    '  Contents are sealed; this relay has no key that opens any. No list of members or authors is given to anybody.',
  ];
}

function inferredLines({ inferred: found }: RelayReport): string[] {
  const order = found.rowsInOrder;
  const of = (count: number) => `${group(count)} of ${group(found.authors)} streams`;
  return [
    'WHAT WHOEVER HAS THE DISK COULD INFER (counted from it just now)',
    row('rhythm and size stand out', `${of(found.standOut)}: fewer than five others are alike, so kind of signal and`),
    row('', 'times of wear can be guessed'),
    row('began on a day of few', `${of(found.beganAlone)}: who knows when somebody joined can guess hers`),
    row('longest use', `${group(found.daysMost)} days of tiles in one stream`),
    ...(found.shared === 0
      ? [row('shared', 'no stream has a reader')]
      : [
          row('shared', `${of(found.shared)}, one with ${group(found.readersMost)} readers: keys made for each grant`),
          row('', 'and stream, not people’s'),
        ]),
    row('mail', `waits for ${group(found.addressees)} people, whose public keys stand beside it`),
    row('tokens', tokens(found.membersWithTokens, found.authorsWithTokens)),
    row('order of arrival', arrival(order)),
  ];
}

function tokens(members: number, authors: number): string {
  if (authors === 0) return 'none were spent';
  if (members <= 1) return `${group(authors)} authors and one member who took tokens lately: they are likely hers`;
  return `${group(members)} members took some lately, ${group(authors)} authors hold room; nothing joins the two but the sums`;
}

function arrival(order: number | null): string {
  if (order === null) return 'too few tiles to tell';
  return order > 0.9
    ? 'rows lie as they came: what was sent together can be linked'
    : 'rows lie in no order of time: what was sent together is not told by them';
}

const REASONS = {
  'by-author': 'deleted by whose they were',
  vanished: 'gone with an author who vanished',
  replaced: 'replaced by a newer version',
  expired: 'came to their own end',
  retention: 'older than they are kept',
} as const;

function deletedLines({ deleted }: RelayReport): string[] {
  const counts = new Map(deleted.map((each) => [each.reason, each]));
  const since = deleted.length > 0 ? `since ${day(Math.min(...deleted.map((each) => each.since)))}` : 'nothing yet';
  return [
    `WHAT WAS DELETED (${since})`,
    ...(Object.entries(REASONS) as [keyof typeof REASONS, string][]).map(([reason, words]) =>
      row(words, `${group(counts.get(reason)?.events ?? 0)} events`),
    ),
    '  Deleted bytes are overwritten in the database and its log. Backups made before still hold them until they are removed.',
  ];
}

function drillLines({ drill }: RelayReport): string[] {
  if (drill === null)
    return ['LAST RESTORE DRILL', row('never', 'run `hale relay drill`: a backup nobody restored is a hope')];
  const { events, liveEvents, checked, wrong } = drill;
  const what = drill.source === 'fresh' ? 'a copy made for the drill; no backup lay in `backups`' : 'the newest backup';
  return [
    'LAST RESTORE DRILL',
    row('on', minute(drill.at)),
    row('of', `${what}, from ${minute(drill.backupAt)}`),
    row('database', drill.integrity === 'ok' ? 'whole' : 'DAMAGED'),
    row('events', `${group(events)} restored; the relay held ${group(liveEvents)} then`),
    row('signatures looked at', `${group(checked)}, of which ${group(wrong)} did not hold`),
    row('result', drill.ok ? `good, in ${drill.seconds} s` : 'NOT GOOD: do not rely on this backup'),
  ];
}
