// What may be told in an emergency: parts of the records, last readings, what she types; and what is never told.
import type { EmergencyChange, EmergencyInfo, SheetSection } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked } from '../../app/asking.ts';
import { failureText } from '../../app/failure-text.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { LANGUAGES, words } from '../../words/index.ts';
import { kindTitle } from '../../words/kinds.ts';
import { nameOf } from '../records/said.ts';
import { Matter } from '../settings-safety.tsx';

/** As they stand on the sheet (specs/emergency.md §5). */
const SECTIONS: readonly SheetSection[] = [
  ...(['allergies', 'medicines', 'conditions', 'blood', 'devices', 'pregnancy', 'directives'] as const),
  ...(['procedures', 'vaccinations', 'readings', 'contacts', 'notes'] as const),
];
/** Lines of a part that are shown beside its name. */
const LINES_SHOWN = 3;

/** Saving a change, and what came of it. */
export function useSaving() {
  const said = useSignal('');
  const failed = useSignal('');
  const { ownCard } = words.value;
  return {
    said,
    failed,
    save: async (change: EmergencyChange, inWords: (code: string, text: string) => string = (_, text) => text) => {
      said.value = '';
      failed.value = '';
      try {
        const { card } = await call('emergency.change', { ...ofSubject(), ...change });
        said.value = card ? ownCard.saved : ownCard.savedNoCard;
        changed();
      } catch (error) {
        failed.value = inWords(asHomeError(error).code, failureText(error));
      }
    },
  };
}

export function Saved({ said, failed }: Pick<ReturnType<typeof useSaving>, 'said' | 'failed'>) {
  return (
    <>
      <Fault text={failed.value} />
      {said.value !== '' && (
        <Notice tone="good" isUrgent>
          {said.value}
        </Notice>
      )}
    </>
  );
}

export function Facts({ info }: { info: EmergencyInfo }) {
  const { ownCard, emergency } = words.value;
  const sections = useSignal<readonly SheetSection[]>(info.sections);
  const series = useSignal<readonly string[]>(info.series);
  const streams = useAsked(() => call('streams', ofSubject(), { isIdle: true }));
  const saving = useSaving();
  const told = new Map(info.facts.map(({ section, lines }) => [section, lines]));
  const toggled = <T,>(list: readonly T[], each: T, isIn: boolean) =>
    isIn ? [...list, each] : list.filter((one) => one !== each);
  return (
    <Matter title={ownCard.facts} text={ownCard.factsText}>
      <div class="picks many">
        {SECTIONS.map((section) => (
          <Check
            key={section}
            title={emergency.sections[section]}
            hint={hintOf(info.sections.includes(section) ? told.get(section) : null)}
            value={sections.value.includes(section)}
            onValue={(isIn) => {
              sections.value = toggled(sections.value, section, isIn);
            }}
          />
        ))}
      </div>
      {sections.value.includes('readings') && (streams.value.value?.length ?? 0) > 0 && (
        <fieldset class="picks many">
          <legend>{ownCard.readings}</legend>
          {streams.value.value?.map((stream) => (
            <Check
              key={stream.key}
              title={kindTitle(stream)}
              value={series.value.includes(stream.key)}
              onValue={(isIn) => {
                series.value = toggled(series.value, stream.key, isIn);
              }}
            />
          ))}
        </fieldset>
      )}
      <Saved {...saving} />
      {info.card && saving.said.value !== '' && <p class="small quiet">{ownCard.printAgain}</p>}
      <div class="row">
        <Button
          kind="main-action"
          onPress={() => saving.save({ sections: [...sections.value], series: [...series.value] })}
        >
          {ownCard.save}
        </Button>
      </div>
    </Matter>
  );
}

/** @param lines null: not chosen until now, so the home has not looked · undefined: there is nothing */
function hintOf(lines: readonly string[] | null | undefined): string | undefined {
  if (lines === null) return undefined;
  if (lines === undefined) return words.value.ownCard.factsNone;
  const rest = lines.length - LINES_SHOWN;
  return `${lines
    .slice(0, LINES_SHOWN)
    .map((line) => line.replace(/^! /, `${words.value.emergency.grave}: `))
    .join(' · ')}${rest > 0 ? ` · +${rest}` : ''}`;
}

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function About({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const saving = useSaving();
  const given = {
    name: useSignal(info.name),
    born: useSignal(info.born),
    contacts: useSignal(info.contacts.join('\n')),
    notes: useSignal(info.notes.join('\n')),
    language: useSignal(info.language),
  };
  const field = (of: keyof typeof given) => ({
    value: given[of].value,
    onValue: (value: string) => {
      given[of].value = value;
    },
  });
  const plain = { autocomplete: 'off', maxLength: 120 };
  const save = () =>
    saving.save({
      // What the records say follows them: only another word of hers is kept.
      ...(given.name.value === info.name ? {} : { name: given.name.value.trim() }),
      ...(given.born.value === info.born ? {} : { born: given.born.value.trim() }),
      contacts: linesOf(given.contacts.value),
      notes: linesOf(given.notes.value),
      language: given.language.value,
    });
  return (
    <Matter title={ownCard.about}>
      <div class="fields-row">
        <TextField label={ownCard.name} hint={ownCard.nameHint} input={plain} {...field('name')} />
        <TextField
          label={ownCard.born}
          hint={ownCard.nameHint}
          input={{ ...plain, inputMode: 'numeric', maxLength: 4 }}
          {...field('born')}
        />
        <SelectField
          label={ownCard.language}
          hint={ownCard.languageHint}
          options={Object.entries(LANGUAGES)}
          {...field('language')}
        />
      </div>
      <TextField
        area
        label={ownCard.contacts}
        hint={ownCard.contactsHint}
        input={{ maxLength: 2000 }}
        {...field('contacts')}
      />
      <TextField area label={ownCard.notes} hint={ownCard.notesHint} input={{ maxLength: 4000 }} {...field('notes')} />
      <Saved {...saving} />
      <div class="row">
        <Button kind="main-action" onPress={save}>
          {ownCard.save}
        </Button>
      </div>
    </Matter>
  );
}

export function Never({ info }: { info: EmergencyInfo }) {
  const { ownCard } = words.value;
  const asked = useAsked(() =>
    Promise.all(info.never.map((record) => call('record', { ...ofSubject(), record }, { isIdle: true }))),
  );
  const undo = async (record: string) => {
    await call('emergency.never', { ...ofSubject(), records: [record], undo: true });
    changed();
  };
  return (
    <Matter title={ownCard.never} text={ownCard.neverText}>
      {info.never.length === 0 ? (
        <p class="small">{ownCard.neverNone}</p>
      ) : (
        <Answer asked={asked.value} again={asked.again} rows={1}>
          {(records) => (
            <ul class="list">
              {records.map((record) => (
                <li key={record.id}>
                  <a href={`#/record/${record.id}`}>{nameOf(record)}</a>
                  <Button onPress={() => undo(record.id)}>{ownCard.neverUndo}</Button>
                </li>
              ))}
            </ul>
          )}
        </Answer>
      )}
    </Matter>
  );
}
