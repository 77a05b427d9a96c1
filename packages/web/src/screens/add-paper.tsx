// A PDF or a picture becomes a document of the records once one says what it is: four short answers, of which only the name has to be there.
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../app/asking.ts';
import { settled } from '../app/bringing.ts';
import { call } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';

const TEXT_UNITS_MAX = 300;
const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/;

/** `scans/Letter_2024.pdf` → `Letter 2024`. */
const titleOf = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[^.]+$/, '')
    .replaceAll('_', ' ');

export function PaperCard(props: { upload: string; subject: { subject?: string }; file: string }) {
  const { upload, subject, file } = props;
  const title = useSignal(titleOf(file));
  const date = useSignal('');
  const kind = useSignal('');
  const by = useSignal('');
  const wrong = useSignal('');
  const { add } = words.value;
  const { paper } = add;
  const isDate = date.value.trim() === '' || DATE.test(date.value.trim());
  const takeIn = async () => {
    wrong.value = '';
    if (!isDate) return;
    const told = Object.entries({ title, date, kind, by }).map(([name, { value }]) => [name, value.trim()] as const);
    const form = Object.fromEntries(told.filter(([, value]) => value !== ''));
    try {
      await call('import.start', { upload, only: [file], ...subject, paper: form });
      settled([file]);
      changed();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  const field = (label: string, signal: typeof title, hint?: string, told?: string) => (
    <TextField
      label={label}
      hint={hint}
      wrong={told}
      value={signal.value}
      onValue={(value) => {
        signal.value = value;
      }}
      input={{ maxLength: TEXT_UNITS_MAX }}
    />
  );
  return (
    <article class="card stack" aria-label={paper.head(file)}>
      <h2 class="h3 file-name">{paper.head(file)}</h2>
      <p class="small quiet">{paper.text}</p>
      {field(paper.title, title)}
      {field(paper.date, date, paper.dateHint, isDate ? undefined : paper.noDate)}
      {field(paper.kind, kind, paper.kindHint)}
      {field(paper.by, by)}
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button kind="main-action" onPress={takeIn}>
          {add.takeIn}
        </Button>
        <Button kind="bare" onPress={() => settled([file])}>
          {add.leaveOut}
        </Button>
      </div>
    </article>
  );
}
