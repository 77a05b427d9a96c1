// The rules of the house that a compiler does not know: DESIGN §7 and STYLE, read off the source itself.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { KINDS } from '@hale/kernel';
import { describe, expect, test } from 'vitest';
import { type Import, listFiles, packageOf, readSources, resolveRelative, type Source } from './tidy/sources.ts';

/** Which rooms a room may import. What is not named here is forbidden. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  consent: ['kernel'],
  relay: ['kernel'],
  vault: ['kernel', 'consent', 'relay'],
  home: ['kernel', 'consent', 'relay', 'vault'],
  web: ['kernel', 'consent', 'relay', 'vault', 'home'],
  cli: ['kernel', 'consent', 'relay', 'vault', 'home'],
  testkit: ['kernel', 'consent', 'relay', 'vault', 'home'],
};
const PURE = ['kernel', 'consent', 'relay', 'vault'];

/** What a pure room must be given through a port: I/O, clocks, randomness, and what one runtime has and another has not. */
const FORBIDDEN_IN_PURE_ROOMS = [
  ...['process', 'Buffer', 'global', 'globalThis', 'window', 'self', 'document', 'navigator', 'require'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval'],
  ...['console', 'fetch', 'URL', 'TextEncoder', 'TextDecoder', 'WebSocket', 'crypto', 'performance', 'structuredClone'],
  ...['Date.now', 'Math.random', 'atob', 'btoa', 'localStorage', 'indexedDB', 'Worker', 'Temporal'],
];

/** Tables that a generator writes, or whose rows are data. */
const LONG_FILES_ALLOWED = [
  'packages/vault/src/kinds-table.ts',
  'packages/vault/src/records/definitions/extensions.ts',
  'packages/vault/src/records/definitions/search-parameters.ts',
];
const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;
/** Below this a name can say what a file is for. */
const LINES_WITHOUT_COMMENT_MAX = 60;

const BANNED = /^(utils?|helpers?|commons?|managers?|services?|misc)$/;

const sources = readSources();
const manifests = globSync('packages/*/package.json').map((path) => ({
  path,
  room: path.split('/')[1],
  ...(JSON.parse(readFileSync(path, 'utf8')) as Manifest),
}));
const root = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

interface Manifest {
  name: string;
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const roomOf = ({ path }: Source) => (path.startsWith('packages/') ? path.split('/')[1] : null);
const isShipped = ({ path }: Source) => /^packages\/[^/]+\/(src|bin)\//.test(path);
const isPure = (source: Source) => isShipped(source) && PURE.includes(roomOf(source) ?? '');
const shipped = sources.filter(isShipped);
const words = (name: string) => name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase());

/** Every finding as `path: what`, so that a failure says where to look. */
function findings(of: readonly Source[], find: (source: Source) => readonly string[]): string[] {
  return of.flatMap((source) => find(source).map((what) => `${source.path}: ${what}`));
}

const imported = (source: Source, match: (specifier: string, each: Import) => boolean) =>
  source.imports.filter((each) => match(each.specifier, each)).map(({ specifier }) => `imports ${specifier}`);

describe('arrows (DESIGN §7)', () => {
  test('every room has its place', () =>
    expect(manifests.map(({ room }) => room).sort()).toEqual(Object.keys(ARROWS).sort()));

  test('a room imports those below it only', () => {
    const wrong = (source: Source) =>
      imported(source, (specifier) => {
        const room = packageOf(specifier).replace('@hale/', '');
        return specifier.startsWith('@hale/') && !ARROWS[roomOf(source)!].includes(room);
      });
    expect(findings(shipped, wrong)).toEqual([]);
  });

  test('rooms meet by their names and not by paths into each other', () => {
    const outside = (source: Source) =>
      imported(source, (specifier) => {
        const [packages, room] = resolveRelative(source.path, specifier)?.split('/') ?? [];
        if (packages !== 'packages' || room === roomOf(source)) return false;
        // Tests and benchmarks of the whole may look inside a room.
        return room === 'testkit' || ![null, 'testkit'].includes(roomOf(source));
      });
    expect(findings(sources, outside)).toEqual([]);
  });

  test('what runs by itself cannot open: relay/server has neither half of the kernel that holds keys', () => {
    const server = shipped.filter(({ path }) => path.startsWith('packages/relay/src/server/'));
    expect(server.length).toBeGreaterThan(5);
    const keys = (source: Source) =>
      imported(
        source,
        (specifier) => /^@hale\/kernel\/(open|seal)$/.test(specifier) || /(^|\/)client\//.test(specifier),
      );
    expect(findings(server, keys)).toEqual([]);
  });

  test("the kernel's wire half hands out nothing that its keeper of secrets does", async () => {
    const [wire, seal, open] = await Promise.all([
      import('@hale/kernel'),
      import('@hale/kernel/seal'),
      import('@hale/kernel/open'),
    ]);
    const secret = new Set([...Object.keys(seal), ...Object.keys(open)]);
    expect(secret.size).toBeGreaterThan(20);
    expect(Object.keys(wire).filter((name) => secret.has(name))).toEqual([]);
  });
});

describe('purity (DESIGN §7)', () => {
  const pure = sources.filter(isPure);

  test('pure rooms import nothing of Node and no file of another kind', () => {
    const node = (source: Source) =>
      imported(source, (specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier));
    expect(findings(pure, node)).toEqual([]);
  });

  test('pure rooms use no global that a runtime may lack, no clock and no randomness', () => {
    const used = ({ globals }: Source) =>
      FORBIDDEN_IN_PURE_ROOMS.filter((name) => globals.has(name)).map((name) => `uses ${name}`);
    expect(findings(pure, used)).toEqual([]);
    const clock = ({ text }: Source) => (/new Date\(\)/.test(text) ? ['reads the clock'] : []);
    expect(findings(pure, clock)).toEqual([]);
  });

  test('only the command writes to the console', () => {
    const loud = ({ globals }: Source) => [...globals].filter((name) => name.startsWith('console'));
    expect(
      findings(
        shipped.filter((source) => roomOf(source) !== 'cli'),
        loud,
      ),
    ).toEqual([]);
  });

  test('no randomness that can be guessed', () => {
    const guessed = ({ globals }: Source) => (globals.has('Math.random') ? ['uses Math.random'] : []);
    expect(findings(shipped, guessed)).toEqual([]);
  });
});

describe('size', () => {
  test(`a file has at most ${FILE_LINES_MAX} lines`, () => {
    const long = ({ path, lines }: Source) =>
      lines > FILE_LINES_MAX && !LONG_FILES_ALLOWED.includes(path) ? [`${lines} lines`] : [];
    expect(findings(sources, long)).toEqual([]);
  });

  test(`a function has at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = ({ functions }: Source) =>
      functions.filter(({ lines }) => lines > FUNCTION_LINES_MAX).map(({ name, lines }) => `${name}: ${lines} lines`);
    expect(findings(sources, long)).toEqual([]);
  });
});

describe('limits', () => {
  test('every limit is kept by some code', () => {
    const definition = /^(?:export const | {2})([A-Za-z_]+)(?: =|:)/gm;
    const named = sources
      .filter(({ path }) => path.endsWith('/limits.ts'))
      .flatMap(({ text }) => [...text.matchAll(definition)].map(([, name]) => name))
      .filter((name) => !/LIMITS$/.test(name));
    expect(named.length).toBeGreaterThan(100);
    const used = new Set(
      shipped.flatMap(({ path, text }) =>
        (path.endsWith('/limits.ts') ? text.replace(definition, '') : text).split(/[^A-Za-z_]+/),
      ),
    );
    expect(named.filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('names and words', () => {
  test('nothing is called util, helper, common, manager or service', () => {
    const named = ({ path, classes }: Source) =>
      [...path.split('/').flatMap(words), ...classes.flatMap(words)].filter((word) => BANNED.test(word));
    expect(findings(sources, named)).toEqual([]);
  });

  test(`a file of more than ${LINES_WITHOUT_COMMENT_MAX} lines says first what it is for`, () => {
    // A file of commands/ is the command of its name, and describes itself to whoever asks for help; a file of words/ is words.
    const of = shipped.filter(({ path }) => !/^packages\/(cli\/src\/commands|web\/src\/words\/(pl|es))\//.test(path));
    const silent = ({ lines, opensWithComment }: Source) =>
      lines > LINES_WITHOUT_COMMENT_MAX && !opensWithComment ? ['no comment before the code'] : [];
    expect(findings(of, silent)).toEqual([]);
  });

  test('nothing is left to do in comments', () => {
    const left = ({ comments }: Source) => comments.filter((comment) => /\b(TODO|FIXME|XXX|HACK)\b/.test(comment));
    expect(findings(sources, left)).toEqual([]);
  });
});

describe('dependencies', () => {
  test('elliptic is never used, nor secp256k1 by its root, which falls back to it', () => {
    const forbidden = ({ literals }: Source) =>
      literals.filter((text) => /^(elliptic(\/.*)?|secp256k1(\/(index|elliptic)(\.js)?)?)$/.test(text));
    expect(findings(shipped, forbidden)).toEqual([]);
  });

  test('versions are exact', () => {
    const loose = [root, ...manifests].flatMap(({ name, dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([dependency, version]) => `${name}: ${dependency}@${version}`),
    );
    expect(loose).toEqual([]);
  });

  test('a room declares what it imports, and imports what it declares', () => {
    for (const { room, path, dependencies = {} } of manifests) {
      const of = shipped.filter((source) => roomOf(source) === room);
      // A package loaded by createRequire stands in the code as a text.
      const loaded = of
        .flatMap(({ literals }) => literals)
        .filter((text) => Object.hasOwn(dependencies, packageOf(text)));
      const named = of.flatMap(({ imports }) => imports.map(({ specifier }) => specifier));
      const foreign = [...named, ...loaded]
        // `virtual:` is made by the build.
        .filter((each) => !/^(\.|node:|virtual:)/.test(each))
        .map(packageOf);
      const own = new Set(foreign.filter((each) => room !== 'testkit' || !Object.hasOwn(root.devDependencies!, each)));
      // What tests share may come and go with them.
      const used = room === 'testkit' ? new Set([...own, ...Object.keys(dependencies)]) : own;
      expect([...used].sort(), path).toEqual(Object.keys(dependencies).sort());
    }
  });

  test('what only tests and benchmarks need is used by them', () => {
    const texts = [
      ...sources.map(({ text }) => text),
      readFileSync('package.json', 'utf8').split('"dependencies"')[0],
    ].join('\n');
    const byCommand: Record<string, string> = { '@biomejs/biome': 'biome check', typescript: 'tsc -p' };
    const ofTypes = ['@types/node', '@types/ws'];
    const unused = Object.keys(root.devDependencies!).filter(
      (name) => !ofTypes.includes(name) && !texts.includes(byCommand[name] ?? `'${name}`),
    );
    expect(unused).toEqual([]);
  });

  test('every file is reached from an entry of its room', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const entries = manifests.flatMap(({ path, exports = {} }) =>
      Object.values(exports).flatMap((target) =>
        globSync(path.replace('package.json', target.slice(2).replace('*', '**'))),
      ),
    );
    const reached = new Set<string>();
    const queue = [...entries, ...Object.values({ ...(root as Manifest).bin })];
    for (const path of queue) {
      if (reached.has(path)) continue;
      reached.add(path);
      const { imports = [], literals = [] } = byPath.get(path) ?? {};
      // Workers and modules loaded by address stand in the code as a text.
      for (const specifier of [
        // A build's question, such as ?worker&url, is no part of the file's name.
        ...imports.map((each) => each.specifier.replace(/\?.*$/, '')),
        ...literals.filter((text) => /^\.{1,2}\/.*\.(ts|mjs)$/.test(text)),
      ]) {
        const target = resolveRelative(path, specifier);
        if (target !== null) queue.push(target);
      }
    }
    expect(shipped.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });
});

describe('specs', () => {
  const pages = listFiles('.md').filter((path) => /^specs\/[^/]+\.md$/.test(path));

  test('every page names its vectors, which exist, and no vectors are without a page', () => {
    expect(pages.length).toBeGreaterThan(3);
    const named = pages.map(
      (path) => readFileSync(path, 'utf8').match(/\]\(vectors\/([a-z-]+\.json)\)/)?.[1] ?? `none in ${path}`,
    );
    expect(named.sort()).toEqual(
      globSync('specs/vectors/*.json')
        .map((path) => path.split('/').at(-1))
        .sort(),
    );
  });

  test("the table of kinds in the relay's page has the kernel's numbers", () => {
    const rows = [...readFileSync('specs/relay.md', 'utf8').matchAll(/^\| ((?:\d+ )+)\| /gm)];
    const numbers = rows.flatMap(([, cell]) => cell.trim().split(' ').map(Number));
    // A seal never stands alone: no relay sees one.
    const seen = Object.values(KINDS).filter((kind) => kind !== KINDS.seal);
    expect(numbers.sort((a, b) => a - b)).toEqual(seen.sort((a, b) => a - b));
  });
});

describe('documents', () => {
  const pages = listFiles('.md').map((path) => ({ path, text: readFileSync(path, 'utf8') }));

  test('links between documents lead somewhere', () => {
    const broken = pages.flatMap(({ path, text }) => {
      const links = text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)]*)?\)/g);
      return [...links]
        .filter(([, to]) => !existsSync(resolveRelative(path, `./${to}`)!))
        .map(([, to]) => `${path} → ${to}`);
    });
    expect(broken).toEqual([]);
  });

  test('files that a page or a comment names are there', () => {
    const named = /(?<![\w./-])(?:packages|specs|docs|test|bench)\/[\w./{},*-]*\w\.(?:ts|md|json|csv|mjs)\b/g;
    const texts = [...pages, ...sources.map(({ path, comments }) => ({ path, text: comments.join('\n') }))];
    const missing = texts.flatMap(({ path, text }) =>
      [...text.matchAll(named)]
        .filter(([file]) => globSync(file).length === 0)
        .map(([file]) => `${path} names ${file}`),
    );
    expect(missing).toEqual([]);
  });

  test('functions that ARCHITECTURE.md names are there', () => {
    const { text } = pages.find(({ path }) => path === 'ARCHITECTURE.md')!;
    const names = [...text.matchAll(/`(\w+)\(\)`/g)].map(([, name]) => name);
    const classes = [...text.matchAll(/`([A-Z][a-z]\w+)(?:\.\w+)?`/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(15);
    const code = shipped.map((source) => source.text).join('\n');
    expect(names.filter((name) => !new RegExp(`\\b${name}(<\\w+>)?\\(`).test(code))).toEqual([]);
    expect(classes.filter((name) => !new RegExp(`(class|interface) ${name}\\b`).test(code))).toEqual([]);
  });
});
