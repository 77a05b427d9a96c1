// How long does an Apple Health export of a gigabyte take, how much memory, and how long once more with nothing new? Through a node in its own
// process, as `hale import` does. Beside it: Python's expat over the same file, which reads the records and keeps nothing.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeAppleExport } from './apple-export.ts';
import { type BenchNode, newHome, remove, startNode, temporaryDirectory } from './node.ts';
import type { Bench } from './report.ts';

const BYTES = Number(process.env.HALE_BENCH_APPLE_BYTES ?? 1e9);
const FIRST_SECONDS_MAX = 90;
const AGAIN_SECONDS_MAX = 30;
const MEMORY_BYTES_MAX = 300e6;

const EXPAT = `
import sys, time, xml.parsers.expat
began = time.time()
count = 0
def start(name, attributes):
    global count
    if name == 'Record': count += 1
parser = xml.parsers.expat.ParserCreate()
parser.StartElementHandler = start
parser.ParseFile(open(sys.argv[1], 'rb'))
print(count, time.time() - began)
`;

/** Seconds that Python needs to see every record; null where there is no Python. */
function expatSeconds(path: string, records: number): number | null {
  const { status, stdout } = spawnSync('python3', ['-c', EXPAT, path], { encoding: 'utf8' });
  if (status !== 0) return null;
  const [count, seconds] = stdout.trim().split(' ').map(Number);
  if (count !== records) throw new Error('Python counts other records than were written');
  return seconds;
}

interface Run {
  seconds: number;
  processorSeconds: number;
  accepted: number;
  duplicate: number;
  changed: number;
}

const took = ({ seconds, processorSeconds }: Run): string =>
  `${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} s of the processor)`;

async function importOnce(node: BenchNode, path: string): Promise<Run> {
  const from = performance.now();
  const busyBefore = node.processorSeconds();
  const [report] = await node.client.call('import', { files: [path] });
  const seconds = (performance.now() - from) / 1000;
  const processorSeconds = node.processorSeconds() - busyBefore;
  if (report.failed || report.rejected > 0) throw new Error('the export was not taken in whole');
  return {
    seconds,
    processorSeconds,
    accepted: report.accepted,
    duplicate: report.duplicate,
    changed: report.corrected,
  };
}

export const appleHealth: Bench = {
  name: 'apple-health',
  run: async () => {
    const folder = temporaryDirectory();
    const path = join(folder, 'export.xml');
    const records = writeAppleExport(path, BYTES);
    const dir = await newHome();
    const node = await startNode(dir);
    try {
      const first = await importOnce(node, path);
      const firstPeak = node.peakBytes();
      console.log(`  first: ${took(first)}, ${first.accepted} new, ${(firstPeak / 1e6).toFixed(0)} MB`);
      const again = await importOnce(node, path);
      console.log(`  again: ${took(again)}, ${again.accepted} new, ${again.duplicate} known`);
      if (again.accepted + again.changed > 0) throw new Error('the same file brought something new');
      const peak = node.peakBytes();
      const expat = expatSeconds(path, records);
      const peer = expat === null ? 'no Python here' : `${expat.toFixed(1)} s to see the records`;
      const ratio = (seconds: number) => (expat === null ? '' : `${(seconds / expat).toFixed(2)} ×`);
      const size = `${(statSync(path).size / 1e9).toFixed(2)} GB, ${records} records`;
      return {
        title: 'An Apple Health export',
        findings: [
          {
            what: `${size}, first time`,
            hale: took(first),
            peer,
            ratio: ratio(first.seconds),
            target: `< ${FIRST_SECONDS_MAX} s`,
            isMet: first.seconds < FIRST_SECONDS_MAX,
          },
          {
            what: 'the same once more, nothing new',
            hale: took(again),
            peer,
            ratio: ratio(again.seconds),
            target: `< ${AGAIN_SECONDS_MAX} s`,
            isMet: again.seconds < AGAIN_SECONDS_MAX,
          },
          {
            what: 'most memory of the importing process',
            hale: `${(peak / 1e6).toFixed(0)} MB`,
            peer: '',
            ratio: '',
            target: `< ${MEMORY_BYTES_MAX / 1e6} MB`,
            isMet: peak < MEMORY_BYTES_MAX,
          },
        ],
        notes: [
          'Hale: `import` asked of a node in its own process; read, parsed, split into series, checked against what is there, sealed and fsynced. Memory is the largest resident set since the node began.',
          'The export is generated: records in the shape of the real sample and of newer phones, type after type, eight years of one phone, one watch and one app.',
          'Peer: Python 3, xml.parsers.expat over the same file, counting records; it keeps nothing.',
        ],
      };
    } finally {
      await node.stop();
      remove(dirname(dir));
      remove(folder);
    }
  },
};
