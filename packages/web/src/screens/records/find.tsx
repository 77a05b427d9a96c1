// One box that people type into: records, series and notes that meet the words, with how the words were understood.
import type { Found, FoundRecord } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, query, setQuery } from '../../app/state.ts';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { day, moment } from '../../words/numbers.ts';
import { RecordRow } from './row.tsx';
import { writtenDate } from './said.ts';

const TYPING_MILLIS = 250;
const SHOWN = 20;
const SHOWN_MORE = 200;

export const wanted = (): string => query.value.get('find') ?? '';

export function FindBox() {
  const text = useSignal(wanted());
  const { records } = words.value;
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text.value !== wanted()) setQuery({ find: text.value === '' ? null : text.value });
    }, TYPING_MILLIS);
    return () => clearTimeout(timer);
  }, [text.value]);
  return (
    <search class="find-box">
      <TextField
        label={records.find}
        hint={records.findHint}
        type="search"
        value={text.value}
        onValue={(value) => {
          text.value = value;
        }}
        input={{ autocomplete: 'off', spellcheck: false }}
      />
    </search>
  );
}

export function FoundHere() {
  const limit = useSignal(SHOWN);
  const asked = useAsked((signal) => {
    const eastMinutes = -new Date().getTimezoneOffset();
    return call('find', { ...ofSubject(), text: wanted(), eastMinutes, limit: limit.value }, { signal });
  });
  const { records } = words.value;
  return (
    <Answer asked={asked.value} again={asked.again}>
      {(found) => {
        const isNothing = found.recordsTotal + found.series.length + found.notes.length === 0;
        return (
          <section class="stack" aria-label={records.found}>
            <p class="small quiet" role="status">
              {isNothing ? records.noneFound : records.counted(found.recordsTotal)}
              {found.time && ` · ${timeText(found.time)}`}
              {found.isPartial && !isNothing && ` · ${records.foundPartly}`}
            </p>
            <Series found={found} />
            {found.records.length > 0 && (
              <div class="card record-group">
                <ul class="record-list">
                  {found.records.map((record) => (
                    <li key={record.id}>
                      <RecordRow record={record} hasIcon>
                        <Within record={record} />
                      </RecordRow>
                    </li>
                  ))}
                </ul>
              </div>
            )}
            {found.recordsTotal > found.records.length && limit.value === SHOWN && (
              <div>
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    limit.value = SHOWN_MORE;
                  }}
                >
                  {records.showMore(Math.min(SHOWN_MORE, found.recordsTotal) - SHOWN, found.recordsTotal)}
                </button>
              </div>
            )}
          </section>
        );
      }}
    </Answer>
  );
}

function timeText({ fromMicros, toMicros }: NonNullable<Found['time']>): string {
  const { records } = words.value;
  if (fromMicros === null) return toMicros === null ? '' : records.until(day(toMicros));
  return toMicros === null ? records.since(day(fromMicros)) : records.fromTo(day(fromMicros), day(toMicros));
}

function Within({ record: { within } }: { record: FoundRecord }) {
  if (!within) return null;
  const when = within.written === '' ? '' : `, ${writtenDate(within.written, true)}`;
  return <span class="caption">{words.value.records.partOf(`${within.title}${when}`)}</span>;
}

function Series({ found: { series, notes } }: { found: Found }) {
  if (series.length + notes.length === 0) return null;
  return (
    <ul class="card record-values">
      {series.map((each) => (
        <li key={each.key}>
          <a class="chip link" href={`#/series/${encodeURIComponent(each.key)}`}>
            <Icon name="today" />
            {kindTitle(each)}
          </a>
        </li>
      ))}
      {notes.map(({ id, stream, atMicros, text }) => (
        <li key={id} class="small">
          <a href={`#/series/${encodeURIComponent(stream)}`}>{text}</a> <span class="caption">{moment(atMicros)}</span>
        </li>
      ))}
    </ul>
  );
}
