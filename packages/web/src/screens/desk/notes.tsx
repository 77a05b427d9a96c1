// Notes of one's own on a share, kept sealed on one's own node.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError, useAsked } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Answer, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { clock } from '../../words/numbers.ts';

const NOTE_UNITS_MAX = 20_000;

export function Notes({ grant }: { grant: string }) {
  const asked = useAsked((signal) => call('desk.note', { grant }, { signal, isIdle: true }));
  return (
    <section class="card stack">
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {(note) => <NoteField grant={grant} note={note} />}
      </Answer>
    </section>
  );
}

function NoteField({ grant, note }: { grant: string; note: { text: string; savedMicros: number | null } }) {
  const { desk } = words.value;
  const text = useSignal(note.text);
  const saved = useSignal(note);
  const failed = useSignal('');
  useEffect(() => {
    // Saved elsewhere meanwhile, and nothing was typed here since.
    if (text.peek() === saved.peek().text) text.value = note.text;
    saved.value = note;
  }, [note.savedMicros]);
  const save = async () => {
    try {
      saved.value = await call('desk.note', { grant, text: text.value });
      failed.value = '';
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  const isSaved = text.value === saved.value.text;
  return (
    <>
      <TextField
        label={desk.notes}
        hint={desk.notesHint}
        area
        value={text.value}
        wrong={failed.value || undefined}
        input={{ maxLength: NOTE_UNITS_MAX }}
        onValue={(value) => {
          text.value = value;
        }}
      />
      <div class="row">
        <Button disabled={isSaved} onPress={save}>
          {desk.notesSave}
        </Button>
        {isSaved && saved.value.savedMicros !== null && (
          <span class="caption" role="status">
            {desk.notesSaved(clock(saved.value.savedMicros))}
          </span>
        )}
      </div>
    </>
  );
}
