// Notes of the person on moments of a series: flags in the time that the chart shows, a list of them, and a form for a new one.
import type { Note } from '@hale/home';
import { useMemo, useState } from 'preact/hooks';
import { useAsked } from '../app/asking.ts';
import { HomeError } from '../app/home-link.ts';
import { call, ofSubject } from '../app/state.ts';
import type { View } from '../chart/view.ts';
import { Calendar, DAY_MICROS } from '../clinical/civil.ts';
import { Button } from '../ui/button.tsx';
import { MomentField } from '../ui/date-field.tsx';
import { TextField } from '../ui/field.tsx';
import { Answer, Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { moment, zone } from '../words/numbers.ts';

/** As a field of date and time takes it, in the person's zone. */
function asTyped(micros: number, calendar: Calendar): string {
  const { day, minute } = calendar.civil(micros);
  return new Date((day * DAY_MICROS + Math.floor(minute) * 60e6) / 1000).toISOString().slice(0, 16);
}

function fromTyped(text: string, calendar: Calendar): number | null {
  const local = Date.parse(`${text}Z`) * 1000;
  if (!Number.isFinite(local)) return null;
  const day = Math.floor(local / DAY_MICROS);
  return calendar.at(day, (local - day * DAY_MICROS) / 60e6);
}

export function Notes(props: { stream: string; view: View; newest: number; onView: (view: View) => void }) {
  const { stream, view, onView } = props;
  const asked = useAsked(() => call('notes', { ...ofSubject(), stream }));
  const { notes } = words.value;
  const [isWriting, setWriting] = useState(false);
  const goTo = ({ atMicros }: Note) => {
    const half = (view.to - view.from) / 2;
    onView({ from: atMicros - half, to: atMicros + half });
  };
  return (
    <section class="card stack no-print" aria-labelledby="notes-title">
      <div class="row apart">
        <h2 id="notes-title">{notes.title}</h2>
        {!isWriting && (
          <Button icon="plus" onPress={() => setWriting(true)}>
            {notes.add}
          </Button>
        )}
      </div>
      {isWriting && (
        <NoteForm
          stream={stream}
          at={Math.min(props.newest, view.to)}
          onDone={() => {
            setWriting(false);
            asked.again();
          }}
        />
      )}
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {(all) =>
          all.length === 0 ? (
            <p class="small quiet">{notes.none}</p>
          ) : (
            <>
              <Flags notes={all} view={view} />
              <ul class="list">
                {all.map((note) => (
                  <li key={note.id}>
                    <div>
                      <button type="button" class="link small" onClick={() => goTo(note)}>
                        {moment(note.atMicros)}
                      </button>
                      <p class="note-text">{note.text}</p>
                    </div>
                    <Button
                      kind="bare"
                      icon="trash"
                      label={notes.remove}
                      onPress={async () => {
                        await call('note.remove', { ...ofSubject(), id: note.id });
                        asked.again();
                      }}
                    />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Answer>
      <p class="caption">{notes.onlyYou}</p>
    </section>
  );
}

/** Where in the shown time the notes stand: in the width of the chart's plot. */
function Flags({ notes, view }: { notes: Note[]; view: View }) {
  const seen = notes.filter(({ atMicros }) => atMicros >= view.from && atMicros < view.to);
  if (seen.length === 0) return null;
  return (
    <div class="note-flags" aria-hidden="true">
      {seen.map(({ id, atMicros, text }) => (
        <span
          key={id}
          title={text}
          style={{ insetInlineStart: `${(100 * (atMicros - view.from)) / (view.to - view.from)}%` }}
        />
      ))}
    </div>
  );
}

function NoteForm({ stream, at, onDone }: { stream: string; at: number; onDone: () => void }) {
  const { notes, frame } = words.value;
  const calendar = useMemo(() => new Calendar(zone.value), [zone.value]);
  const [typed, setTyped] = useState(() => asTyped(at, calendar));
  const [text, setText] = useState('');
  const [failed, setFailed] = useState<HomeError | null>(null);
  const atMicros = fromTyped(typed, calendar);
  const save = async () => {
    if (atMicros === null || text.trim() === '') return;
    try {
      await call('note.add', { ...ofSubject(), stream, atMicros, text });
      onDone();
    } catch (error) {
      setFailed(error instanceof HomeError ? error : new HomeError('bug', frame.fault));
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <MomentField label={notes.when} value={typed} onValue={setTyped} />
      <TextField label={notes.text} area value={text} onValue={setText} />
      {failed && (
        <Notice tone="caution" isUrgent>
          {sentence(failed.message)}
        </Notice>
      )}
      <div class="actions">
        <Button kind="main-action" onPress={save} disabled={atMicros === null || text.trim() === ''}>
          {notes.save}
        </Button>
        <Button onPress={onDone}>{frame.cancel}</Button>
      </div>
    </form>
  );
}
