// Her own words to what others wrote: they stand beside it, and can be taken back.
import type { RecordShown } from '@hale/home';
import { CORRECTION_SYSTEMS } from '@hale/vault/records/corrections';
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { moment } from '../../words/numbers.ts';
import { type Fields, isFields, listOf } from './fields.ts';
import { codeWord } from './said.ts';

const NOTE_UNITS_MAX = 8_000;
/** How a thing may be, in her own word, where its type has a state that is hers to say. */
const STATES: Readonly<
  Record<string, { field: 'status' | 'clinicalStatus'; system: string; codes: readonly string[] }>
> = {
  MedicationRequest: { field: 'status', system: '', codes: ['active', 'on-hold', 'stopped', 'completed'] },
  MedicationStatement: { field: 'status', system: '', codes: ['active', 'on-hold', 'stopped', 'not-taken'] },
  Condition: {
    field: 'clinicalStatus',
    system: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
    codes: ['active', 'remission', 'resolved'],
  },
  AllergyIntolerance: {
    field: 'clinicalStatus',
    system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
    codes: ['active', 'resolved'],
  },
};

/** The resource as it is in her word; undefined: nothing of it is another. */
function amended({ resource, type }: RecordShown, state: string): { resource?: RecordShown['resource'] } {
  const known = Object.hasOwn(STATES, type) ? STATES[type] : null;
  if (!known || state === '') return {};
  const value = known.field === 'status' ? state : { coding: [{ system: known.system, code: state }] };
  return { resource: { ...resource, [known.field]: value } };
}

function saidIn(resource: RecordShown['resource']): { text: string; state: string } {
  const { payload, note, resourceType, status, clinicalStatus } = resource as Fields;
  const [first] = listOf(payload);
  const last = listOf(note).at(-1);
  const told = isFields(first) ? first.contentString : isFields(last) ? last.text : '';
  const [coding] = isFields(clinicalStatus) ? listOf(clinicalStatus.coding) : [];
  const state = resourceType === 'Communication' ? '' : isFields(coding) ? coding.code : status;
  return { text: typeof told === 'string' ? told : '', state: typeof state === 'string' ? state : '' };
}

/** What she asked to be put right stands in a part of its own (corrections.tsx). */
const isOfCorrection = ({ category }: RecordShown['resource']): boolean =>
  listOf(category)
    .filter(isFields)
    .flatMap(({ coding }) => listOf(coding).filter(isFields))
    .some(({ system }) => system === CORRECTION_SYSTEMS.communication);

export function Amendments({ record }: { record: RecordShown }) {
  const { records } = words.value;
  const current = record.overlays.filter(({ state, resource }) => state === 'current' && !isOfCorrection(resource));
  return (
    <section class={`card stack ${current.length === 0 ? 'no-print' : ''}`} aria-label={records.yours}>
      <h2 class="h3">{records.yours}</h2>
      {current.map(({ id, at, resource }) => {
        const { text, state } = saidIn(resource);
        return (
          <article class="note-of-hers" key={id}>
            {state !== '' && <strong>{records.youSay(codeWord(state))}</strong>}
            <p class="record-note">{text}</p>
            <div class="row apart">
              <span class="caption">{moment(at)}</span>
              <div class="actions">
                <Button
                  kind="bare"
                  onPress={async () => {
                    await call('record.retract', { ...ofSubject(), record: id });
                    changed();
                  }}
                >
                  {records.takeBack}
                </Button>
              </div>
            </div>
          </article>
        );
      })}
      <AddNote record={record} />
    </section>
  );
}

function AddNote({ record }: { record: RecordShown }) {
  const isOpen = useSignal(false);
  const { records } = words.value;
  const close = () => {
    isOpen.value = false;
  };
  if (isOpen.value) return <NoteForm record={record} close={close} />;
  return (
    <div class="stack tight no-print">
      <p class="small quiet">{records.yoursText}</p>
      <div>
        <Button
          icon="plus"
          onPress={() => {
            isOpen.value = true;
          }}
        >
          {records.addNote}
        </Button>
      </div>
    </div>
  );
}

function NoteForm({ record, close }: { record: RecordShown; close: () => void }) {
  const text = useSignal('');
  const state = useSignal('');
  const wrong = useSignal('');
  const { records, frame } = words.value;
  const states = Object.hasOwn(STATES, record.type) ? STATES[record.type].codes : [];
  const saveNote = async () => {
    wrong.value = text.value.trim() === '' ? records.noteEmpty : '';
    if (wrong.value !== '') return;
    const said = { text: text.value, ...amended(record, state.value) };
    try {
      await call('record.amend', { ...ofSubject(), record: record.id, ...said });
      close();
      changed();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <div class="stack no-print">
      {states.length > 0 && (
        <SelectField
          label={records.stateLabel}
          value={state.value}
          onValue={(value) => {
            state.value = value;
          }}
          options={[['', records.stateSame], ...states.map((code) => [code, codeWord(code)] as [string, string])]}
        />
      )}
      <TextField
        area
        label={records.noteLabel}
        hint={records.noteHint}
        wrong={wrong.value}
        value={text.value}
        onValue={(value) => {
          text.value = value;
        }}
        input={{ autofocus: true, maxLength: NOTE_UNITS_MAX }}
      />
      <p class="small quiet">{records.yoursText}</p>
      <div class="row">
        <Button kind="main-action" onPress={saveNote}>
          {records.saveNote}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}
