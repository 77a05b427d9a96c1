// What the home is asked for, where a transcript shows only what it answered.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { run, WORDS_LINE, words } from './transcript.ts';

const folder = mkdtempSync(join(tmpdir(), 'hale-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('parameters', () => {
  it('carry exact UTC times, with the zone they were meant in', async () => {
    const { home } = await run(words("show glucose --from '2026-11-20 10:00' --to yesterday --level 1h"));
    expect(home.calls).toEqual([
      [
        'show',
        {
          stream: 'glucose',
          level: '1h',
          from: '2026-11-20T09:00:00Z',
          to: '2026-11-20T23:00:00Z',
          zone: 'Europe/Zurich',
          rowsMax: 250_000,
        },
      ],
    ]);
  });

  it('follow --zone, --subject and --home wherever they stand', async () => {
    const { home } = await run(words('--zone UTC show glucose --subject Mia --from 2026-11-20 --home /elsewhere'));
    expect(home.calls[0]?.[1]).toMatchObject({ subject: 'Mia', from: '2026-11-20T00:00:00Z', zone: 'UTC' });
  });

  it('name files as the person sees them, though the node may run elsewhere', async () => {
    const mapping = put('mapping.json', '{"columns":[]}');
    const { home } = await run(words(`import a.csv /b.csv --as hr --only x --mapping ${mapping}`));
    expect(home.calls[0]?.[1]).toEqual({
      files: ['/home/sam/data/a.csv', '/b.csv'],
      as: 'hr',
      only: 'x',
      mapping: { columns: [] },
      zone: 'Europe/Zurich',
    });
  });

  it('print each summary once, also where a page of --csv ends in the middle of its time', async () => {
    for (const line of ['show glucose --level 1d --csv', "show glucose --level 1h --csv --from '2026-11-20 10:30'"]) {
      const { stdout } = await run(words(line));
      const times = stdout
        .trim()
        .split('\n')
        .map((row) => row.split(',')[0]);
      expect(times.length).toBeGreaterThan(2);
      expect(times).toEqual([...new Set(times)]);
    }
  });

  it('ask before they share: a share that was not agreed to is never called', async () => {
    for (const how of [
      { tty: true, typed: ['n'] },
      { tty: true, typed: [] },
      {},
      { tty: true, typed: ['y'], json: true },
    ]) {
      const { home } = await run(words(`share glucose --link${'json' in how ? ' --json' : ''}`), how);
      expect(home.calls.map(([name]) => name)).not.toContain('share');
    }
  });

  it('erase only after the exact word', async () => {
    for (const typed of ['', 'y', 'yes', 'Heart-Rate', 'heart-rates']) {
      const { home } = await run(words('erase --stream heart-rate'), { tty: true, typed: [typed] });
      expect(home.calls).toEqual([]);
    }
    expect((await run(words('erase --stream heart-rate --confirm heart-rates'))).exitCode).toBe(2);
  });

  it('never put the passphrase into a parameter, and pass key files as paths', async () => {
    const { home } = await run(words('init --key-file key'), { exists: false });
    expect(home.made).toEqual([{ dir: '/home/sam/.hale', keyFile: '/home/sam/data/key' }]);
  });

  it('restore takes numbered words as they are copied from a sheet', async () => {
    const numbered = WORDS_LINE.split(' ').map((word, index) => `${index + 1}. ${word.toUpperCase()}`);
    const { exitCode } = await run(words('restore --relay wss://relay.example.org'), {
      exists: false,
      typed: numbered,
    });
    expect(exitCode).toBe(0);
  });
});

describe('failures', () => {
  it('that are expected show no stack and no foreign text; each code has its sentence', async () => {
    const failing = {
      name: 'streams' as const,
      error: new HaleError('full', 'less than 200 MB free', { freeMegabytes: 120 }),
    };
    const { output, exitCode } = await run(['streams'], { failing });
    expect(exitCode).toBe(1);
    expect(output.split('\n')).toEqual([
      '! hale streams: The disk is full, so nothing new was taken: less than 200 MB free.',
      '!   freeMegabytes  120',
      '!   What to do: Free some space. What is stored stays readable.',
    ]);
  });

  it('that are ours say so, and hold the text back', async () => {
    const failing = { name: 'streams' as const, error: new TypeError('glucose 42 of Sam') };
    const { output, exitCode } = await run(['streams'], { failing });
    expect(exitCode).toBe(1);
    expect(output).toContain('Something inside Hale went wrong (TypeError).');
    expect(output).not.toMatch(/glucose 42|at .*\.ts/);
  });

  it('never repeat a link, which is a key', async () => {
    const failing = { name: 'open' as const, error: new HaleError('not-authentic', 'the link does not open this') };
    const { output } = await run(['open', 'https://relay.example.org/g#hale1secretsecret'], { failing });
    expect(output).not.toContain('hale1secret');
  });
});

describe('a long --csv', () => {
  it('goes page by page and repeats or leaves out nothing', async () => {
    const { stdout, home } = await run(words('show heart-rate --csv'));
    const lines = stdout.trimEnd().split('\n').slice(1);
    expect(lines.length).toBe(20_100);
    expect(new Set(lines).size).toBe(20_100);
    expect([...lines].sort()).toEqual(lines);
    expect(home.calls.filter(([name]) => name === 'show').length).toBeGreaterThan(2);
  });
});

describe('colour', () => {
  it('is on a terminal only, and never with NO_COLOR', async () => {
    const tty = await run(['grants'], { tty: true, env: { NO_COLOR: '' } });
    expect(tty.output).toContain('␛[32m');
    for (const how of [{}, { tty: true, env: { NO_COLOR: '1' } }, { tty: true, env: { NO_COLOR: '', TERM: 'dumb' } }]) {
      expect((await run(['grants'], how)).output).not.toContain('␛');
    }
  });
});

describe('the first run', () => {
  const samples = join(folder, 'samples');
  for (const file of ['biovotion/biovotion_6h_1hz.csv', 'ecg-wfdb/100.hea', 'glucose/hall2018_3subjects_5min.csv'])
    put(join('samples', file), '');
  const welcome = ['start', '--welcome', '--samples', samples];

  it('without a terminal shows the main job with a sample person, and keeps running', async () => {
    const { output, exitCode, home } = await run(welcome, { exists: false, interrupt: true });
    expect(exitCode).toBe(0);
    expect(home.made).toEqual([{ dir: '/home/sam/.hale-sample' }]);
    expect(home.calls.map(([name]) => name)).toEqual(['import', 'import', 'import', 'streams', 'grants', 'share']);
    await expect(output).toMatchFileSnapshot('transcripts/welcome.snapshot');
  });

  it('on a terminal offers a choice', async () => {
    const own = await run(welcome, { exists: false, interrupt: true, tty: true, typed: ['9', '2', '', 'written'] });
    expect(own.home.made).toEqual([{ dir: '/home/sam/.hale' }]);
    expect(own.output).toContain('1  Try it with a sample person');
    expect(own.output).toContain('Hale is running.');
    const none = await run(welcome, { exists: false, tty: true, typed: [] });
    expect(none.home.made).toEqual([]);
  });

  it('is over when a vault exists', async () => {
    const { home, output } = await run(welcome, { interrupt: true });
    expect(home.made).toEqual([]);
    expect(output).toContain('/home/sam/.hale');
  });
});

describe('a link for the first browser', () => {
  it('belongs to --link, and to nothing else', async () => {
    for (const [line, said] of [
      ['share glucose --file copy.html --claim --yes', 'whoever has it can open it'],
      ['share glucose --with lee@clinic.example --claim --yes', 'A person opens it with a key'],
    ] as const) {
      const { home, output } = await run(words(line));
      expect(output.replace(/\s+/g, ' ')).toContain('--claim belongs to --link.');
      expect(output.replace(/\s+/g, ' ')).toContain(said);
      expect(home.calls).toEqual([]);
    }
    const { home } = await run(words('share glucose --link --claim --preview'));
    expect(home.calls[0]).toMatchObject(['share.preview', { with: 'link', claim: true }]);
  });
});
