/**
 * Makes docs/limits.md from every room's limits.ts, and the reasons in an operator's file of settings: `node docs/make-limits.ts`. A test holds the page against a fresh run, so the
 * page cannot say other numbers than the code.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly why: string;
}

const HEAD = `# Limits

Every limit of Hale: what is bounded, by how much, and why. Names end in their unit. Beyond a limit comes a clear error
(\`too-large\`, \`out-of-range\`, \`full\`), never a guess. Made by \`node docs/make-limits.ts\`; a test holds it against the code.
`;

const TITLES: Readonly<Record<string, string>> = {
  'packages/kernel/src/limits.ts': 'What is on the wire (kernel)',
  'packages/consent/src/limits.ts': 'Grants and consents (consent)',
  'packages/consent/src/emergency/limits.ts': 'Emergency access (consent/emergency)',
  'packages/relay/src/server/limits.ts': 'What a relay takes (relay/server)',
  'packages/relay/src/client/limits.ts': 'What a home takes from a relay (relay/client)',
  'packages/vault/src/limits.ts': 'The vault (vault)',
  'packages/vault/src/import/limits.ts': 'Import (vault/import)',
  'packages/vault/src/records/limits.ts': 'Health records (vault/records)',
  'packages/vault/src/records/cards/limits.ts': 'Health cards and links (vault/records/cards)',
  'packages/vault/src/live/limits.ts': 'Live sources (vault/live)',
  'packages/vault/src/live/nightscout/limits.ts': 'Documents of Nightscout (vault/nightscout)',
  'packages/vault/src/records/check/limits.ts': 'Checking records (vault/records/check)',
  'packages/vault/src/records/dicom/limits.ts': 'Radiology images (vault/records/dicom)',
  'packages/vault/src/records/ccda/limits.ts': 'Clinical documents (vault/records/ccda)',
  'packages/vault/src/records/search/limits.ts': 'Searching records (vault/records/search)',
  'packages/home/src/limits.ts': 'A home on its disk (home)',
  'packages/home/src/net/limits.ts': 'A home on the network (home/net)',
  'packages/home/src/relay/limits.ts': "A relay's sockets (home/relay)",
  'packages/home/src/web/limits.ts': 'The pages for browsers (home/web)',
  'packages/home/src/remote/limits.ts': 'Phones away from home (home/remote)',
  'packages/home/src/room/limits.ts': 'Showing data at a desk (home/room)',
  'packages/web/src/remote/limits.ts': 'A phone away from home, in its browser (web/remote)',
  'packages/cli/src/limits.ts': 'The command (cli)',
};

/** Limits of one file in its order. One without a comment of its own belongs to the one above: a first and a longest pause, say. */
async function readLimits(path: string): Promise<Limit[]> {
  const text = readFileSync(path, 'utf8');
  const module = (await import(/* @vite-ignore */ new URL(`../${path}`, import.meta.url).href)) as Record<
    string,
    number | Record<string, number>
  >;
  const values = Object.entries(module).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number' ? [[name, value]] : Object.entries(value),
  );
  const limits = values.map(([name, value]) => ({ name, value, at: placeOf(text, name) }));
  let why = '';
  return limits
    .sort((a, b) => a.at - b.at)
    .flatMap(({ name, value, at }) => {
      const own = text.slice(0, at).match(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export const )?$/)?.[1];
      // A constant of nature (a day in microseconds) says nothing and bounds nothing.
      if (own === undefined && text.slice(0, at).endsWith('export const ')) return [];
      why = own?.replace(/\s*\n\s*\*\s*/g, ' ').trim() ?? why;
      return [{ name, value, why }];
    });
}

function placeOf(text: string, name: string): number {
  const at = text.search(new RegExp(`(?<=export const |^  )${name}\\b`, 'm'));
  if (at < 0) throw new Error(`${name} stands nowhere`);
  return at;
}

/** The reasons of what an operator may set, for the file of settings that `hale relay config` writes. */
export async function makeLimitReasons(): Promise<string> {
  const { OPERATOR_LIMITS } = await import('../packages/relay/src/server/operator-limits.ts');
  const { HOST_SETTABLE } = await import('../packages/home/src/relay/host-settings.ts');
  const limits = [
    ...(await readLimits('packages/home/src/relay/limits.ts')).filter(({ name }) => Object.hasOwn(HOST_SETTABLE, name)),
    ...(await readLimits('packages/relay/src/server/limits.ts')).filter(({ name }) =>
      Object.hasOwn(OPERATOR_LIMITS, name),
    ),
  ];
  const lines = limits.map(({ name, why }) => {
    const text = `'${why.replaceAll("'", '’')}',`;
    return `  ${name}:${name.length + text.length + 4 > 120 ? `\n    ${text}` : ` ${text}`}`;
  });
  return [REASONS_HEAD, ...lines, '};', ''].join('\n');
}

const REASONS_HEAD = `// Made by \`node docs/make-limits.ts\` from the comments of limits.ts; a test holds it against them.
export const LIMIT_REASONS: Readonly<Record<string, string>> = {`;

/** Text of limits.md. */
export async function makeLimits(): Promise<string> {
  const found = globSync('packages/*/src/**/limits.ts').sort();
  const unknown = found.filter((path) => !Object.hasOwn(TITLES, path));
  if (unknown.length > 0) throw new Error(`docs/make-limits.ts has no title for ${unknown.join(', ')}`);
  const sections: string[] = [];
  for (const [path, title] of Object.entries(TITLES)) {
    const limits = await readLimits(path);
    const rows = limits.map(({ name, value, why }) => `| \`${name}\` | ${value.toLocaleString('en')} | ${cell(why)} |`);
    sections.push([`## ${title}`, '', '| limit | value | what and why |', '|---|--:|---|', ...rows, ''].join('\n'));
  }
  return [HEAD, ...sections].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');

if (import.meta.main) {
  writeFileSync(new URL('limits.md', import.meta.url), await makeLimits());
  writeFileSync(new URL('../packages/home/src/relay/limit-reasons.ts', import.meta.url), await makeLimitReasons());
}
