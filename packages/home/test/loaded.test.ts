// What a node loads at its start: every module costs memory that an idle node keeps.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Homes } from './homes.ts';

const PROGRAM = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
const { home } = await import(process.argv[1]);
await home.createHome({ dir: process.argv[2] });
const node = await home.startNode({ dir: process.argv[2], port: 0 });
await node.close();
console.log(JSON.stringify(loaded));
`;

test('a node loads neither file formats nor the MQTT broker before somebody wants them', async () => {
  const homes = new Homes();
  const compose = new URL('../src/compose.ts', import.meta.url).href;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM, compose, homes.dir()], {
    encoding: 'utf8',
  });
  const loaded = JSON.parse(out) as string[];
  expect(loaded.some((url) => url.endsWith('/home/src/running-node.ts'))).toBe(true);
  expect(loaded.filter((url) => /formats\.ts$|operations\/import\.ts$|mqtt\/broker\.ts$|\/aedes\//.test(url))).toEqual(
    [],
  );
  await homes.close();
});
