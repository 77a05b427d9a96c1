// Every setting of relay.toml: where it stands, what it means, what is allowed, what holds where nothing is said. The file that `hale relay config`
// writes, the check of one that is read, and what an error says all come from here.
import { OPERATOR_LIMITS, RELAY_LIMITS } from '@hale/relay/server';
import * as v from 'valibot';
import { HOST_SETTABLE } from './host-settings.ts';
import { LIMIT_REASONS } from './limit-reasons.ts';
import { HOST_LIMITS } from './limits.ts';

export interface Setting {
  /** Table of the file; '' = before the first. */
  readonly section: Section;
  readonly key: string;
  readonly about: string;
  /** What is allowed, in words. */
  readonly allowed: string;
  readonly shape: v.GenericSchema<unknown, unknown>;
  /** What holds where nothing is said, also in the file that is written. */
  readonly preset: string | number | boolean | readonly (string | number)[];
}

export type Section = '' | 'keep' | 'limits' | 'mirror' | 'backup' | 'tls' | 'acme' | 'watch';

/** What each table is about. */
export const SECTIONS: Readonly<Record<Section, string>> = {
  '': '',
  keep: 'How long things are kept, in days; 0 = until whoever may deletes them. Told in NIP-11. What was promised to an author is kept at least that long.',
  limits:
    'Limits. What is set here is what is enforced and what NIP-11 says. Those that are not here are fixed (docs/limits.md).',
  mirror:
    'Other relays of yours that are kept equal with this one: each pulls from the others, so each has to name the others. Sealed data included.',
  backup:
    'Copies of the whole database while it runs, into the folder of the relay. Keep them, or copies of them, on another disk.',
  tls: 'TLS by the relay itself, with certificates that you have. Files that change are read again. Not needed behind a proxy.',
  acme: 'TLS by the relay itself, with certificates that it gets by ACME (RFC 8555). Not together with [tls].',
  watch:
    'What the operator looks at: a status page and counts for a monitor, on a port of this machine only (`hale relay status`).',
};

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const whole = (least: number, most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
const key = v.pipe(v.string(), v.regex(/^(|[0-9a-f]{64}|npub1[02-9ac-hj-np-z]{58})$/));
const clinic = v.pipe(v.string(), v.regex(/^([0-9a-f]{64}|npub1[02-9ac-hj-np-z]{58})(=[1-9]\d{0,5})?$/));
const list = (of: v.GenericSchema<string, string>) => v.pipe(v.array(of), v.maxLength(100));
const url = (form: RegExp) => v.pipe(v.string(), v.maxLength(512), v.regex(form));
const group = (value: number) => value.toLocaleString('en').replaceAll(',', ' ');

const flag = (section: Section, key: string, preset: boolean, about: string): Setting => {
  return { section, key, preset, about, allowed: 'true or false', shape: v.boolean() };
};

const number = (section: Section, key: string, preset: number, range: [number, number], about: string): Setting => {
  const allowed = `a whole number from ${group(range[0])} to ${group(range[1])}`;
  return { section, key, preset, about, allowed, shape: whole(...range) };
};

const DAYS: [number, number] = [0, 36_500];

const limit = (name: string, preset: number, { least, most }: { least: number; most: number }): Setting =>
  number('limits', name, preset, [least, most], LIMIT_REASONS[name] ?? '');

const TOP: readonly Setting[] = [
  {
    section: '',
    key: 'name',
    preset: 'Hale relay',
    about: 'Its name, shown to everybody (NIP-11).',
    allowed: 'a text of at most 100 characters',
    shape: text(100),
  },
  {
    section: '',
    key: 'description',
    preset: 'Stores sealed health data and can open none of it.',
    about: 'What it is, shown to everybody (NIP-11).',
    allowed: 'a text of at most 1 000 characters',
    shape: text(1_000),
  },
  {
    section: '',
    key: 'contact',
    preset: '',
    about: 'How to reach you, shown to everybody (NIP-11).',
    allowed: 'an address like mailto:… or https:…',
    shape: url(/^(|(mailto|https):\S+)$/),
  },
  {
    section: '',
    key: 'privacy',
    preset: '',
    about: 'Where your privacy notice stands, shown to everybody (NIP-11).',
    allowed: 'an address like https://…',
    shape: url(/^(|https:\/\/\S+)$/),
  },
  {
    section: '',
    key: 'icon',
    preset: '',
    about: 'Address of a picture, shown to everybody (NIP-11).',
    allowed: 'an address like https://…',
    shape: url(/^(|https:\/\/\S+)$/),
  },
  flag('', 'private', false, 'Only for those who were let in, and whom they share with. false: for everybody.'),
  {
    section: '',
    key: 'host',
    preset: '127.0.0.1',
    about: 'Network address on which it listens; 0.0.0.0 = all of this machine.',
    allowed: 'an address of this machine',
    shape: v.pipe(v.string(), v.regex(/^[0-9A-Za-z.:-]{1,253}$/)),
  },
  number('', 'port', 7_481, [0, 65_535], 'Port on which it listens; 0 = the system chooses.'),
  {
    section: '',
    key: 'addresses',
    preset: [],
    about:
      'Addresses under which others reach it, the main one first. Proofs that were made for any other are refused.',
    allowed: 'a list like ["wss://relay.example.org"]',
    shape: list(url(/^wss?:\/\/[^\s/]+(\/\S*)?$/)),
  },
  {
    section: '',
    key: 'proxies',
    preset: [],
    about:
      'Network addresses of your proxies. Only what comes from them is believed about who stands behind it (X-Forwarded-For), which is needed to block an address.',
    allowed: 'a list like ["127.0.0.1"]',
    shape: list(v.pipe(v.string(), v.ip())),
  },
  {
    section: '',
    key: 'owner',
    preset: '',
    about:
      'Key of whoever manages it over the network, and is a member always; shown to everybody. Empty: nobody does.',
    allowed: 'npub1… or 64 hex characters',
    shape: key,
  },
  {
    section: '',
    key: 'clinics',
    preset: [],
    about: 'Keys whose vouches let people in; after = how many in 30 days.',
    allowed: 'a list like ["npub1…", "npub1…=50"]',
    shape: list(clinic),
  },
  {
    section: '',
    key: 'jurisdiction',
    preset: [],
    about: 'Countries whose law holds where its disks stand. Told in NIP-11.',
    allowed: 'a list of two capital letters each, like ["DE"]',
    shape: list(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))),
  },
];

const KEEP: readonly Setting[] = [
  number('keep', 'tilesDays', 0, DAYS, 'Sealed data of streams.'),
  number('keep', 'accessDays', 0, DAYS, 'Access lists: as long as tiles at least. 0 = as long as tiles.'),
  number('keep', 'wrapsDays', 0, DAYS, 'Gift wraps: messages between people.'),
  number('keep', 'peopleDays', 0, DAYS, 'Where people take messages, and their keys for these.'),
  number('keep', 'otherDays', 0, DAYS, 'Whatever else is published here.'),
  flag(
    'keep',
    'provider',
    false,
    'Tiles as long as a provider of care must keep his records in the countries above (docs/compliance.md).',
  ),
];

const LIMITS: readonly Setting[] = [
  ...(Object.keys(HOST_SETTABLE) as (keyof typeof HOST_SETTABLE)[]).map((name) =>
    limit(name, HOST_LIMITS[name], HOST_SETTABLE[name]),
  ),
  ...(Object.keys(OPERATOR_LIMITS) as (keyof typeof OPERATOR_LIMITS)[]).map((name) =>
    limit(name, RELAY_LIMITS[name], OPERATOR_LIMITS[name]),
  ),
];

const MIRROR: readonly Setting[] = [
  {
    section: 'mirror',
    key: 'from',
    preset: [],
    about: 'Addresses of relays from which this one pulls what it lacks.',
    allowed: 'a list like ["wss://other.example.org"]',
    shape: list(url(/^wss?:\/\/[^\s/]+(\/\S*)?$/)),
  },
  {
    section: 'mirror',
    key: 'peers',
    preset: [],
    about:
      'Keys of relays that may pull everything from this one: what their NIP-11 calls self. Only relays that you run: they hold all that this one holds.',
    allowed: 'a list of npub1… or 64 hex characters each',
    shape: list(v.pipe(v.string(), v.regex(/^([0-9a-f]{64}|npub1[02-9ac-hj-np-z]{58})$/))),
  },
  number('mirror', 'everySeconds', 60, [1, 86_400], 'Seconds between two pulls.'),
];

const BACKUP: readonly Setting[] = [
  number('backup', 'everyHours', 0, [0, 8_760], 'Hours between two backups; 0 = only by `hale relay backup`.'),
  number('backup', 'keepCount', 7, [1, 1_000], 'How many of them are kept; the oldest goes first.'),
];

const FILE = { allowed: 'the name of a file, from the folder of the relay', shape: text(4_096), preset: '' };
const TLS: readonly Setting[] = [
  { section: 'tls', key: 'certificate', about: 'File with the certificate and its chain (PEM).', ...FILE },
  { section: 'tls', key: 'key', about: 'File with its key (PEM), readable by nobody else.', ...FILE },
];

const ACME: readonly Setting[] = [
  {
    section: 'acme',
    key: 'domains',
    preset: [],
    about: 'Names for which certificates are asked; they have to lead to this machine. Empty: no ACME.',
    allowed: 'a list like ["relay.example.org"]',
    shape: list(v.pipe(v.string(), v.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}$/))),
  },
  {
    section: 'acme',
    key: 'contact',
    preset: '',
    about: 'Where the certificate authority writes when something is wrong.',
    allowed: 'an e-mail address',
    shape: v.pipe(v.string(), v.maxLength(254), v.regex(/^(|[^\s@]+@[^\s@]+)$/)),
  },
  {
    section: 'acme',
    key: 'directory',
    preset: 'https://acme-v02.api.letsencrypt.org/directory',
    about: 'Address of the certificate authority. Whoever names one agrees to its terms.',
    allowed: 'an address like https://…',
    shape: url(/^https?:\/\/\S+$/),
  },
  number(
    'acme',
    'port',
    80,
    [0, 65_535],
    'Port on which the authority looks for its token (HTTP-01): 80, or what port 80 is passed on to.',
  ),
];

const WATCH: readonly Setting[] = [
  number(
    'watch',
    'port',
    0,
    [0, 65_535],
    'Port on 127.0.0.1 of the status page and of /metrics; 0 = the system chooses.',
  ),
  {
    section: 'watch',
    key: 'metricsToken',
    preset: '',
    about:
      'Whoever shows it (Authorization: Bearer …) gets /metrics on the public port too. Empty: nobody does. 128 random bits at least.',
    allowed: '22 to 200 letters, digits, - and _',
    shape: v.pipe(v.string(), v.regex(/^(|[A-Za-z0-9_-]{22,200})$/)),
  },
];

export const SETTINGS: readonly Setting[] = [
  ...TOP,
  ...KEEP,
  ...LIMITS,
  ...MIRROR,
  ...BACKUP,
  ...TLS,
  ...ACME,
  ...WATCH,
];
