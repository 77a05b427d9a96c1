// Sensitivity of one record: what speaks for it, and the owner's word over it.
import { AREA_NAMES } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import { isLabelName, type LabelName } from '@hale/vault/records';
import type { RecordLabelsShown } from '../api-records.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';
import { recordId } from './records.ts';

export function labelsShown(home: Home, subject: string, id: string): RecordLabelsShown {
  return { ...home.labels.of(subject, id), said: home.labels.said(subject, id) };
}

export const recordLabels: Operation<'record.labels'> = ({ home }, { subject: name, record: asked }) => {
  const { id: subject } = home.vault.subject(name);
  return labelsShown(home, subject, recordId(home, subject, asked));
};

export const recordLabel: Operation<'record.label'> = (context, { subject: name, record: asked, ...word }) => {
  const { home } = context;
  const { id: subject } = home.vault.subject(name);
  const id = recordId(home, subject, asked);
  const [add, drop] = [namesOf(word.add), namesOf(word.drop)];
  if (word.reset !== true && add.length + drop.length === 0)
    throw new HaleError('usage', 'say which areas to add or to drop, or reset');
  // A reset with words beside it begins anew: what was said before is gone, what is said now stands.
  if (word.reset === true) home.labels.say(subject, id, null);
  if (add.length + drop.length > 0) home.labels.say(subject, id, { add, drop }, context.phone ?? '');
  return labelsShown(home, subject, id);
};

/** @throws HaleError 'usage', which names the areas there are and not what was typed */
function namesOf(given: readonly string[] | undefined): LabelName[] {
  return (given ?? []).map((each) => {
    if (isLabelName(each)) return each;
    throw new HaleError('usage', `an area is one of ${AREA_NAMES.join(', ')}; codes of HL7 such as PSY are known too`);
  });
}
