// A record in a list: when, what, and what is worth a word beside it.
import type { RecordInfo } from '@hale/home';
import type { ComponentChildren } from 'preact';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import {
  CATEGORY_ICONS,
  codeWord,
  isNamedByType,
  kindWord,
  nameOf,
  statusWord,
  typeWord,
  writtenDate,
} from './said.ts';

/** What a row tells: a record of one's own, or a copy. */
export type Faced = Pick<RecordInfo, 'category' | 'type' | 'title' | 'brief' | 'value' | 'written' | 'status'>;

/** One line of facts about it, in the order in which one asks. */
export function about({ category, type, title, brief, value, written }: Faced, under = ''): string {
  const { records } = words.value;
  const { dose, reactions, reason, ended, lot, doseNumber, by, place } = brief;
  const isPast = ended !== undefined && (category === 'problems' || category === 'medicines');
  const parts = [
    codeWord(value),
    dose,
    reactions && records.reactions(reactions.join(', ')),
    isPast && records.fromTo(writtenDate(written, true), writtenDate(ended, true)),
    reason && records.for(reason),
    doseNumber && records.doseNumber(doseNumber),
    lot && records.lot(lot),
    isNamedByType(type)
      ? codeWord(title)
      : (brief.about ?? (TELLING.has(type) && typeWord(type) !== under ? kindWord({ type, brief }) : '')),
    brief.isDirective && records.directiveVerify,
    place ?? by,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Types that are worth a word where their category holds several. */
const TELLING = new Set([
  ...['Practitioner', 'Organization', 'Location', 'PractitionerRole', 'Patient'],
  ...['CareTeam', 'Goal', 'Device', 'Flag', 'Consent', 'FamilyMemberHistory', 'Task', 'ServiceRequest', 'Provenance'],
]);

export function Chips({ record }: { record: Faced & Partial<Pick<RecordInfo, 'sources' | 'amended'>> }) {
  const { records } = words.value;
  const { criticality, severity, verification, attachments = 0 } = record.brief;
  const { sources = [], amended = 0 } = record;
  const status = statusWord(record);
  const isHarmful = criticality === 'high' || severity === 'severe';
  return (
    <span class="record-chips">
      {isHarmful && (
        <span class="chip alert">
          <Icon name="alert" />
          {severity === 'severe' ? codeWord('severe') : `${records.fields.criticality}: ${codeWord('high')}`}
        </span>
      )}
      {!isHarmful && record.category === 'allergies' && severity !== undefined && (
        <span class="chip">{codeWord(severity)}</span>
      )}
      {verification !== undefined && !['confirmed', 'unconfirmed'].includes(verification) && (
        <span class="chip caution">{codeWord(verification)}</span>
      )}
      {verification === 'unconfirmed' && <span class="chip">{codeWord(verification)}</span>}
      {status !== '' && <span class="chip">{status}</span>}
      {attachments > 0 && (
        <span class="chip">
          <Icon name="file" />
          {records.filesCount(attachments)}
        </span>
      )}
      {sources.length > 1 && <span class="chip">{records.sourcesCount(sources.length)}</span>}
      {amended > 0 && <span class="chip info">{records.notesCount(amended)}</span>}
    </span>
  );
}

type RowProps = {
  record: Faced & Partial<Pick<RecordInfo, 'sources' | 'amended'>>;
  hasIcon?: boolean;
  /** Title of the group in which it stands: what that says already is not said again. */
  under?: string;
  children?: ComponentChildren;
};

export function RecordRow(props: Omit<RowProps, 'record'> & { record: RecordInfo }) {
  return (
    <a class="record-row" href={`#/record/${props.record.id}`}>
      <RowFace {...props} />
    </a>
  );
}

export function RowFace({ record, hasIcon, under, children }: RowProps) {
  const facts = about(record, under);
  const isNamed = nameOf(record) === under && facts !== '';
  return (
    <>
      {hasIcon && <Icon name={CATEGORY_ICONS[record.category]} />}
      <span class="record-when">{record.written === '' ? '' : writtenDate(record.written, true)}</span>
      <span class="record-what">
        <strong>{isNamed ? facts : nameOf(record)}</strong>
        {facts !== '' && !isNamed && <span class="quiet small">{facts}</span>}
        {children}
      </span>
      <Chips record={record} />
    </>
  );
}
