// relay.toml: written with everything that can be set beside what holds anyhow, read strictly. A word that is none of ours is an error that says
// where it stands: a limit that was misspelled would otherwise not be one.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { SECTIONS, SETTINGS, type Section, type Setting } from './config-table.ts';
import { CONFIG_BYTES_MAX } from './limits.ts';

/** What a file says, by table; what it does not say is absent. */
export type RelayFile = { readonly [section in Section]?: Readonly<Record<string, unknown>> };

export const configPath = (dir: string): string => join(dir, 'relay.toml');

const WIDTH = 110;

/** A file in which nothing is set, and everything can be seen. */
export function renderConfig(): string {
  const head = [
    '# Settings of a relay of Hale. Everything here is as it is anyhow: take the # away in front of what you change.',
    '# What is said on the command line counts more. `hale relay config --check` reads this file without starting anything.',
  ];
  const sections = (Object.keys(SECTIONS) as Section[]).map((section) => {
    const title = section === '' ? [] : [...comment(SECTIONS[section]), `[${section}]`];
    const own = SETTINGS.filter((setting) => setting.section === section);
    return ['', ...title, ...own.flatMap((setting) => ['', ...settingLines(setting)])].join('\n');
  });
  return `${head.join('\n')}${sections.join('\n')}\n`;
}

function settingLines({ key, preset, about, allowed }: Setting): string[] {
  return [...comment(`${about} Allowed: ${allowed}`), `# ${key} = ${literal(preset)}`];
}

function comment(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

const literal = (value: Setting['preset']): string =>
  typeof value === 'number' ? value.toLocaleString('en').replaceAll(',', '_') : JSON.stringify(value);

/** @throws HaleError 'conflict' where there is one already */
export function writeConfig(path: string): void {
  if (existsSync(path))
    throw new HaleError('conflict', 'there is a file of settings already; nothing in it was changed', { file: path });
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, renderConfig(), { mode: 0o600, flag: 'wx' });
}

/**
 * What the file says; of one that is not there: nothing.
 * @param asked somebody named this file, so it has to be there
 * @throws HaleError 'malformed' with file, line and key, and what is allowed there
 */
export function readConfig(path: string, asked = false): RelayFile {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found && !asked) return {};
  if (!found?.isFile()) throw new HaleError('not-found', 'there is no such file of settings', { file: path });
  if (found.size > CONFIG_BYTES_MAX)
    throw new HaleError('too-large', 'this is no file of settings: it is too large', { file: path });
  return parseConfig(readFileSync(path, 'utf8'), path);
}

/** @param file its name, for errors */
export function parseConfig(text: string, file: string): RelayFile {
  const tables = Object.entries(parsed(text, file));
  const top = Object.fromEntries(tables.filter(([, value]) => !isTable(value)));
  const named = tables.filter(([, value]) => isTable(value)) as [string, Record<string, unknown>][];
  const place = (section: string, key: string) => ({ file, line: lineOf(text, section, key) });
  for (const [section] of named) {
    if (section !== '' && Object.hasOwn(SECTIONS, section)) continue;
    const allowed = `the tables ${Object.keys(SECTIONS).filter(Boolean).join(', ')}`;
    throw new HaleError('malformed', `there is no table [${section}]`, { ...place(section, ''), allowed });
  }
  const sections = [['', top] as const, ...named];
  for (const [section, values] of sections)
    for (const [key, value] of Object.entries(values)) checkSetting(section, key, value, place(section, key));
  return Object.fromEntries(sections);
}

const isTable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The rest of its words quotes the line, which may hold a token.
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new HaleError('malformed', `this is not TOML: ${what}`, { file, line: error.line });
  }
}

function checkSetting(section: string, key: string, value: unknown, place: { file: string; line: number }): void {
  const setting = SETTINGS.find((each) => each.section === section && each.key === key);
  const name = section === '' ? key : `${section}.${key}`;
  if (!setting) {
    const near = nearest(section, key);
    const hint = near === null ? {} : { 'did you mean': near };
    throw new HaleError('malformed', `there is no setting ${name}`, { ...place, key: name, ...hint });
  }
  if (v.safeParse(setting.shape, value).success) return;
  throw new HaleError('malformed', `${name} cannot be that`, { ...place, key: name, allowed: setting.allowed });
}

/** A setting of any table that is spelled nearly so. */
function nearest(section: string, key: string): string | null {
  const wanted = key.toLowerCase().replaceAll(/[-_]/g, '');
  const scored = SETTINGS.map((setting) => {
    const distance = editDistance(wanted, setting.key.toLowerCase());
    return { name: setting.section === '' ? setting.key : `${setting.section}.${setting.key}`, setting, distance };
  });
  const [best] = scored.sort(
    (a, b) => a.distance - b.distance || Number(b.setting.section === section) - Number(a.setting.section === section),
  );
  return best.distance <= Math.max(2, key.length / 4) ? best.name : null;
}

function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const now = [i];
    for (let j = 1; j <= b.length; j++)
      now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    before = now;
  }
  return before[b.length];
}

/** The line on which a setting, or (key '') its table, stands; 1 where it is written in a way that is not looked for. */
function lineOf(text: string, section: string, key: string): number {
  let table = '';
  for (const [at, line] of text.split('\n').entries()) {
    const head = /^\s*\[\s*"?([\w-]+)"?\s*\]/.exec(line)?.[1];
    if (head !== undefined) table = head;
    if (head !== undefined && key === '' && head === section) return at + 1;
    if (key !== '' && table === section && /^\s*"?([\w-]+)"?\s*=/.exec(line)?.[1] === key) return at + 1;
  }
  return 1;
}
