// `npm run bench [NAME…]`: asks each question, prints the answers beside their peers, and rewrites results.md: what ran now is new, what
// did not keeps its older answer with its date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { appleHealth } from './apple-health.ts';
import { consentDecide } from './consent-decide.ts';
import { disk } from './disk.ts';
import { fit } from './fit.ts';
import { grant } from './grant.ts';
import { idle } from './idle.ts';
import { ingestEcg, ingestHeartRate } from './ingest.ts';
import { liveDay } from './live.ts';
import { describeMachine } from './machine.ts';
import { mqttDevices } from './mqtt.ts';
import { negentropy } from './negentropy.ts';
import { nightscout } from './nightscout.ts';
import { openDay } from './open.ts';
import { recordLabels } from './record-labels.ts';
import { recordShare } from './record-share.ts';
import { records } from './records.ts';
import { recordsCcda } from './records-ccda.ts';
import { recordsCheck } from './records-check.ts';
import { recordsSearch } from './records-search.ts';
import { relay } from './relay.ts';
import { type Bench, toMarkdown } from './report.ts';
import { revoke } from './revoke.ts';
import { summaries } from './summaries.ts';
import { web } from './web.ts';

const BENCHES: Bench[] = [
  ingestEcg,
  ingestHeartRate,
  disk,
  liveDay,
  nightscout,
  openDay,
  summaries,
  grant,
  revoke,
  idle,
  appleHealth,
  fit,
  mqttDevices,
  recordsCcda,
  recordsCheck,
  records,
  recordsSearch,
  recordShare,
  recordLabels,
  relay,
  negentropy,
  web,
  consentDecide,
];
const resultsPath = fileURLToPath(new URL('results.md', import.meta.url));
const HEAD = `# What Hale reaches on one machine

Written by \`npm run bench\`. Every figure stands beside a peer that ran in the same minute on the same machine.
`;

/** Sections of the results file by the name of their benchmark, which stands in a comment before each. */
function knownSections(): Map<string, string> {
  const sections = new Map<string, string>();
  if (!existsSync(resultsPath)) return sections;
  for (const part of readFileSync(resultsPath, 'utf8').split('<!-- bench ').slice(1)) {
    const end = part.indexOf(' -->\n');
    sections.set(part.slice(0, end), part.slice(end + 5).trimEnd());
  }
  return sections;
}

function write(sections: Map<string, string>): void {
  const known = BENCHES.filter(({ name }) => sections.has(name));
  const texts = known.map(({ name }) => `<!-- bench ${name} -->\n${sections.get(name)}\n`);
  writeFileSync(resultsPath, [HEAD, ...texts].join('\n'));
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`no such benchmark: ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const sections = knownSections();
for (const bench of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  const machine = describeMachine();
  const from = performance.now();
  const text = toMarkdown(await bench.run());
  const took = ((performance.now() - from) / 1000).toFixed(0);
  const when = new Date().toISOString().slice(0, 16).replace('T', ' ');
  console.log(`${text}`);
  sections.set(bench.name, `${text}\n${when} UTC, ${took} s, on ${machine}.`);
  write(sections);
}
