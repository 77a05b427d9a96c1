// From what a file and a command line say to what a relay is started with. The command line counts more.
import { isAbsolute, join } from 'node:path';
import { HaleError } from '@hale/kernel';
import type { OperatorLimits } from '@hale/relay/server';
import type { RelayWishes } from '../open-client.ts';
import { configPath, type RelayFile, readConfig } from './config.ts';
import { SETTINGS } from './config-table.ts';
import type { StartRelayOptions } from './host.ts';
import type { HostLimits } from './host-settings.ts';
import { keyOf, policyWishes } from './wishes.ts';

/** What may be said on the command line. */
export interface RelayCommandLine {
  readonly dir: string;
  /** File of settings; absent: relay.toml of the folder, where there is one. */
  readonly config?: string;
  readonly port?: number;
  readonly host?: string;
  readonly addresses?: readonly string[];
  readonly privateMode?: boolean;
  readonly wishes?: RelayWishes;
}

export interface OwnTls {
  /** Paths of PEM files. */
  readonly certificate: string;
  readonly key: string;
}

export interface AcmeSettings {
  readonly domains: readonly string[];
  readonly contact: string;
  readonly directory: string;
  readonly port: number;
}

/** All that one process of a relay alone needs to know. */
export interface RelaySetUp {
  readonly start: StartRelayOptions;
  /** Hours between backups, 0 = none; how many are kept. */
  readonly backup: { readonly everyHours: number; readonly keepCount: number };
  readonly mirror: { readonly from: readonly string[]; readonly everySeconds: number };
  readonly tls: OwnTls | null;
  readonly acme: AcmeSettings | null;
  readonly watch: { readonly port: number; readonly metricsToken: string };
}

/** @throws HaleError 'malformed' | 'not-found' | 'too-large' for the file, 'usage' for settings that do not go together */
export function relaySetUp(line: RelayCommandLine): RelaySetUp {
  const file = readConfig(line.config ?? configPath(line.dir), line.config !== undefined);
  const said = new Said(file);
  const host = line.host ?? said.own('host');
  const wishes = { ...fileWishes(said), ...line.wishes };
  const start: StartRelayOptions = {
    dir: line.dir,
    port: line.port ?? said.get('port'),
    private: line.privateMode ?? said.get('private'),
    urls: line.addresses ?? said.get('addresses'),
    proxies: said.get('proxies'),
    peers: said.get<string[]>('mirror.peers').map(keyOf),
    limits: numbersOf(file.limits) as Partial<OperatorLimits>,
    host: host ?? '127.0.0.1',
    hostLimits: numbersOf(file.limits) as Partial<HostLimits>,
    ...definedOnly({
      name: said.own<string>('name'),
      description: said.own<string>('description'),
      contact: said.own<string>('contact') || undefined,
      privacy: said.own<string>('privacy') || undefined,
      icon: said.own<string>('icon') || undefined,
    }),
    ...policyWishes(wishes),
  };
  return { start, ...servicesOf(said, line.dir) };
}

function servicesOf(said: Said, dir: string): Omit<RelaySetUp, 'start'> {
  const [certificate, key] = [said.get<string>('tls.certificate'), said.get<string>('tls.key')];
  const domains = said.get<string[]>('acme.domains');
  if ((certificate === '') !== (key === ''))
    throw new HaleError('usage', 'tls.certificate and tls.key are needed both, or none of them');
  if (certificate !== '' && domains.length > 0)
    throw new HaleError('usage', 'certificates are given as files or asked for by ACME, not both: use [tls] or [acme]');
  const inDir = (path: string) => (isAbsolute(path) ? path : join(dir, path));
  return {
    mirror: { from: said.get('mirror.from'), everySeconds: said.get('mirror.everySeconds') },
    backup: { everyHours: said.get('backup.everyHours'), keepCount: said.get('backup.keepCount') },
    tls: certificate === '' ? null : { certificate: inDir(certificate), key: inDir(key) },
    acme:
      domains.length === 0
        ? null
        : {
            domains,
            contact: said.get('acme.contact'),
            directory: said.get('acme.directory'),
            port: said.get('acme.port'),
          },
    watch: { port: said.get('watch.port'), metricsToken: said.get('watch.metricsToken') },
  };
}

/** A file's words with what holds where it says nothing. */
class Said {
  readonly #file: RelayFile;

  constructor(file: RelayFile) {
    this.#file = file;
  }

  /** What the file itself says. */
  own<Value>(name: string): Value | undefined {
    const [section, key] = name.includes('.') ? name.split('.') : ['', name];
    return this.#file[section as keyof RelayFile]?.[key] as Value | undefined;
  }

  get<Value>(name: string): Value {
    const [section, key] = name.includes('.') ? name.split('.') : ['', name];
    const preset = SETTINGS.find((setting) => setting.section === section && setting.key === key)?.preset;
    return (this.own(name) ?? preset) as Value;
  }
}

function fileWishes(said: Said): RelayWishes {
  const clinics = said.own<string[]>('clinics')?.map((text) => {
    const [key, count] = text.split('=');
    return { key, ...(count === undefined ? {} : { perEpoch: Number(count) }) };
  });
  return definedOnly({
    owner: said.own<string>('owner') || undefined,
    clinics,
    jurisdiction: said.own<string[]>('jurisdiction'),
    keep: keepOf(said),
  });
}

function keepOf(said: Said): RelayWishes['keep'] {
  const classes = ['tiles', 'access', 'wraps', 'people', 'other'] as const;
  const named = classes.flatMap((name): [string, number][] => {
    const days = said.get<number>(`keep.${name}Days`);
    return days === 0 ? [] : [[name, days * 86_400]];
  });
  const provider = said.get<boolean>('keep.provider') ? { provider: true as const } : {};
  return { ...Object.fromEntries(named), ...provider };
}

const numbersOf = (table: Readonly<Record<string, unknown>> = {}): Record<string, number> =>
  table as Record<string, number>;

function definedOnly<Value extends object>(values: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
