// The classifier over what relays hold, and the page that says what it could still tell.
import { FEATURE_GROUPS, featuresOf, type Labelled, linkedBy, MARKS, NearestCentroid } from './relay-view.ts';
import { type HeldVault, SIGNALS, simulateVault } from './simulated-vaults.ts';

export interface Measured {
  /** Share of right guesses by kind, one column for each group of features. */
  accuracy: Record<string, Record<string, number>>;
  /** What was guessed for each kind, with everything at hand. */
  confusion: Record<string, Record<string, number>>;
  /** By what is compared: how many authors were linked to another of their home, live and imported. */
  linked: Record<string, { live: number; imported: number; chance: number }>;
  training: number;
  tested: number;
}

export interface Measurement {
  kinds: string[];
  /** Vaults of each kind that are imported, and as many that are live. */
  training: number;
  tested: number;
  homes: number;
  seed: number;
  say?: (line: string) => void;
}

async function vaultsOf(kind: string, count: number, seed: number): Promise<HeldVault[]> {
  const signal = SIGNALS.filter((each) => each.kind === kind);
  const vaults: HeldVault[] = [];
  for (let i = 0; i < count; i++)
    for (const live of [false, true])
      vaults.push(await simulateVault(signal, live, seed * 7919 + i * 2 + Number(live) + kind.length * 104_729));
  return vaults;
}

const labelled = (vaults: HeldVault[]): Labelled[] =>
  vaults.map(({ kinds, events }) => ({ kind: kinds[0], features: featuresOf(events) }));

export async function measure({ kinds, training, tested, homes, seed, say }: Measurement): Promise<Measured> {
  const known: Labelled[] = [];
  const unknown: Labelled[] = [];
  for (const kind of kinds) {
    known.push(...labelled(await vaultsOf(kind, training, seed)));
    unknown.push(...labelled(await vaultsOf(kind, tested, seed + 1_000_003)));
    say?.(`${kind}: simulated`);
  }
  const accuracy: Measured['accuracy'] = {};
  const confusion: Measured['confusion'] = {};
  for (const [group, names] of Object.entries(FEATURE_GROUPS)) {
    const classifier = new NearestCentroid(known, names);
    for (const kind of kinds) {
      const own = unknown.filter((each) => each.kind === kind);
      const guesses = own.map(({ features }) => classifier.guess(features));
      accuracy[kind] = { ...accuracy[kind], [group]: guesses.filter((guess) => guess === kind).length / own.length };
      if (group === 'everything')
        confusion[kind] = Object.fromEntries(
          kinds.map((other) => [other, guesses.filter((guess) => guess === other).length]),
        );
    }
  }
  const several = SIGNALS.filter(({ kind }) => ['heart-rate', 'spo2', 'skin-temperature'].includes(kind));
  const lived = async (live: boolean) => {
    const all: HeldVault[] = [];
    for (let i = 0; i < homes; i++) all.push(await simulateVault(several, live, seed + 31 * i));
    return all;
  };
  const live = await lived(true);
  const imported = await lived(false);
  const linked = Object.fromEntries(
    Object.entries(MARKS).map(([name, markOf]) => {
      const found = linkedBy(live, markOf);
      return [name, { live: found.linked, imported: linkedBy(imported, markOf).linked, chance: found.chance }];
    }),
  );
  return {
    accuracy,
    confusion,
    linked,
    training: known.length,
    tested: unknown.length,
  };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The page for docs/threat-model-measured.md. */
export function pageOf(
  { accuracy, confusion, linked, training, tested }: Measured,
  seed: number,
  machine: string,
): string {
  const kinds = Object.keys(accuracy);
  const groups = Object.keys(FEATURE_GROUPS);
  const average = (group: string) => kinds.reduce((sum, kind) => sum + accuracy[kind][group], 0) / kinds.length;
  return [
    '# What a relay can still tell, measured',
    '',
    `Written by \`npm run long classifier\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}. ${machine}. Do not edit: run it again.`,
    '',
    `A relay opens no tile, but it holds their headers: label, slot, epoch, revision, size, the day they are tagged with, the time of publication. A nearest-centroid classifier was trained on ${training} simulated vaults (each of one kind of signal and a person of her own; half imported, half published live by the home's own clockwork) and asked about ${tested} others. Guessing blindly is right in ${percent(1 / kinds.length)} of cases.`,
    '',
    `| kind | ${groups.join(' | ')} |`,
    `|---|${groups.map(() => '---').join('|')}|`,
    ...kinds.map((kind) => `| ${kind} | ${groups.map((group) => percent(accuracy[kind][group])).join(' | ')} |`),
    `| **average** | ${groups.map((group) => `**${percent(average(group))}**`).join(' | ')} |`,
    '',
    'What was guessed with everything at hand (rows: what it was):',
    '',
    `| | ${kinds.join(' | ')} |`,
    `|---|${kinds.map(() => '---').join('|')}|`,
    ...kinds.map((kind) => `| ${kind} | ${kinds.map((other) => confusion[kind][other] || '·').join(' | ')} |`),
    '',
    '## Why, and what reduces it',
    '',
    '- **Slots and labels.** The slot number beside the day tag gives the length of a slot, and the number of labels the number of levels: together the rhythm of the signal, exactly. It falls into four classes of slots by design (10 s, 15 min, 1 day, 32 days), so that signals of one class look alike here. Nothing in this version hides it; slots of one length for all would cost small streams most of their bytes.',
    '- **Sizes.** Tiles are padded to one table of buckets for all streams; what is left tells how well a signal compresses, and with it noise and resolution. Coarser buckets reduce it and cost bytes.',
    '- **Rhythm of slots.** Which slots exist is when a sensor was worn. Publishing empty tiles would hide it; this version does not.',
    '- **Times of publication.** Dates are random within the UTC day before, so they tell the day. An operator who watches sees ticks of five minutes, and hourly ones for slots still open.',
    '- One relay for each stream, or one’s own relay, takes away what is compared here.',
    '- The people are simulated: each kind is worn as such sensors usually are (an ECG for minutes, a glucose sensor all day). A real relay sees more varied habits, and an attacker would train on more than a hundred vaults.',
    '',
    '## Streams of one home beside each other',
    '',
    'Each stream has an author of its own and nothing in it names its owner; dates are blurred to the day (specs/stream.md). Each author was linked to the one that shares most with it; right is one of the same home:',
    '',
    '| compared by | live | imported | by chance |',
    '|---|---|---|---|',
    ...Object.entries(linked).map(
      ([name, { live, imported, chance }]) =>
        `| ${name} | ${percent(live)} | ${percent(imported)} | ${percent(chance)} |`,
    ),
    '',
    '- **The day of their dates**: who imports alone on a day is linked to what she imports with it; the imports here are spread over three days. Live streams share their days with everybody’s.',
    '- **The days that they tell of**: the tag `u` is what a reader asks by; streams of one recording have the same days, and so have all that were worn daily.',
    '- **The order in which a relay stored them** is not measured: whoever holds a relay’s database file sees it, until the relay rewrites the file; so does an operator who logs. There it links what one home sends at once.',
    '',
  ].join('\n');
}
