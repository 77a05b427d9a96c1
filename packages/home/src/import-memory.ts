// Import settings: what a person said about the columns of a table, kept in the catalogue (sealed as everything in it) under the signature of the
// table's titles, so that the next file of the same shape is read the same way without asking.
import { HaleError } from '@hale/kernel';
import { type Corrections, checkCorrections, columnCorrection, TIME_FORMS } from '@hale/vault/import';
import type { Parameters } from './api.ts';
import type { Home } from './home.ts';

const settingName = (signature: string): string => `import table ${signature}`;

/** What was said about tables of this shape; undefined for nothing, or for what a later version wrote and this one cannot read. */
export function recall(home: Home, signature: string): Corrections | undefined {
  const kept = home.vault.state.settings.get(settingName(signature));
  if (typeof kept !== 'object' || kept === null) return undefined;
  try {
    checkCorrections(kept as Corrections);
    return kept as Corrections;
  } catch (error) {
    if (error instanceof HaleError) return undefined;
    throw error;
  }
}

/** Keeps it, unless the same is kept already: every entry of the catalogue goes to the relays. */
export function remember(
  home: Home,
  { signature, corrections }: { signature: string; corrections: Corrections },
): void {
  const name = settingName(signature);
  if (JSON.stringify(home.vault.state.settings.get(name)) === JSON.stringify(corrections)) return;
  home.vault.change(() => home.vault.record([{ type: 'setting', name, value: corrections }]));
}

export function forget(home: Home, signature: string): void {
  home.vault.change(() => home.vault.record([{ type: 'setting', name: settingName(signature), value: null }]));
}

/** Words of a person as corrections. @throws HaleError 'usage' */
export function correctionsOf(said: NonNullable<Parameters<'import'>['corrections']>): Corrections {
  const corrections: Corrections = {};
  if (said.time !== undefined) {
    const form = TIME_FORMS.find((one) => one === said.time?.form);
    if (said.time.form !== undefined && form === undefined)
      throw new HaleError('usage', `the form of a time is one of ${TIME_FORMS.join(', ')}`);
    corrections.time = { title: said.time.title, ...(form === undefined ? {} : { form }) };
  }
  if (said.columns !== undefined)
    corrections.columns = said.columns.map(({ title, kind, unit }) => columnCorrection(title, kind, unit));
  if (said.ignore !== undefined) corrections.ignore = said.ignore;
  return corrections;
}
