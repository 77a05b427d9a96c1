// A record in a list: when, what, and what is worth a word beside it.
import type { RecordInfo } from '@hale/home';
import type { ComponentChildren } from 'preact';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { about, type Faced, isGrave } from './about.ts';
import { flagsIn } from './measured.ts';
import { CATEGORY_ICONS, codeWord, nameOf, statusWord, writtenDate } from './said.ts';

export function Chips({ record }: { record: Faced & Partial<Pick<RecordInfo, 'sources' | 'amended'>> }) {
  const { records } = words.value;
  const { criticality, severity, verification, noneKnown, timeOver, isOver, attachments = 0 } = record.brief;
  const { sources = [], amended = 0 } = record;
  const status = statusWord(record);
  const isHarmful = isGrave(record.brief);
  return (
    <span class="record-chips">
      {noneKnown === 'none-known' && <span class="chip">{records.saidNoneChip}</span>}
      {isHarmful && (
        <span class="chip alert">
          <Icon name="alert" />
          {severity === 'severe' ? codeWord('severe') : `${records.fields.criticality}: ${codeWord('high')}`}
        </span>
      )}
      {!isHarmful && record.category === 'allergies' && severity !== undefined && (
        <span class="chip">{codeWord(severity)}</span>
      )}
      {!isHarmful && severity === undefined && criticality !== undefined && (
        <span class="chip">{`${records.fields.criticality}: ${codeWord(criticality)}`}</span>
      )}
      {flagsIn(record).map(({ text, tone }) => (
        <span class={`chip ${tone}`} key={text}>
          {text}
        </span>
      ))}
      {verification !== undefined && !['confirmed', 'unconfirmed'].includes(verification) && (
        <span class="chip caution">{codeWord(verification)}</span>
      )}
      {verification === 'unconfirmed' && <span class="chip">{codeWord(verification)}</span>}
      {timeOver && !isOver && <span class="chip caution">{records.timeOver}</span>}
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
