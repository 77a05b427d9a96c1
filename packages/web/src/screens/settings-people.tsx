// Whose data this node keeps: people and animals, what reference ranges go by, and the deletion of one of them.
import type { Parameters, Sex, Species, SubjectInfo } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { asHomeError, changed } from '../app/asking.ts';
import { call, loadSubjects, subjects } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { HandOvers } from './people/hand-over.tsx';
import { Offers } from './people/offers.tsx';
import { Matter } from './settings-safety.tsx';

type About = Parameters<'subject.add'>;

export function People() {
  const open = useSignal<string | null>(null);
  const { settings } = words.value;
  const close = () => {
    open.value = null;
  };
  return (
    <>
      <Offers />
      <div class="card stack">
        <p class="quiet">{settings.peopleLead}</p>
        <ul class="list">
          {subjects.value.map((person) => (
            <li key={person.id}>
              {open.value === person.id ? (
                <PersonForm person={person} close={close} />
              ) : open.value === `erase ${person.id}` ? (
                <EraseForm person={person} close={close} />
              ) : (
                <PersonRow
                  person={person}
                  open={(what) => {
                    open.value = what;
                  }}
                />
              )}
            </li>
          ))}
        </ul>
        {open.value === 'new' ? (
          <PersonForm person={null} close={close} />
        ) : (
          <div class="row">
            <Button
              icon="plus"
              onPress={() => {
                open.value = 'new';
              }}
            >
              {settings.addPerson}
            </Button>
          </div>
        )}
      </div>
      <HandOvers />
      <ToGuardians />
    </>
  );
}

function ToGuardians() {
  const { care } = words.value;
  return (
    <Matter title={care.guardians} text={care.guardiansLead}>
      <div class="row">
        <a class="button" href="#/guardians">
          <Icon name="shield" />
          {care.guardians}
        </a>
      </div>
    </Matter>
  );
}

function PersonRow({ person, open }: { person: SubjectInfo; open: (what: string) => void }) {
  const { settings, frame, care } = words.value;
  const about = [
    ...(person.species ? [settings.speciesOf[person.species]] : []),
    ...(person.sex ? [settings.sexes[person.sex]] : []),
    ...(person.birthYear ? [settings.bornIn(String(person.birthYear))] : []),
    frame.series(person.streams),
  ];
  return (
    <>
      <div class="row">
        <Icon name="person" />
        <div>
          <strong>{person.name}</strong>{' '}
          {person.isDefault && subjects.value.length > 1 && <span class="chip">{settings.isDefault}</span>}
          <p class="caption">{about.join(' · ')}</p>
        </div>
      </div>
      <div class="row close">
        <a class="button" href={`#/person/${person.id}`}>
          {care.page}
        </a>
        <Button onPress={() => open(person.id)}>{settings.edit}</Button>
        {subjects.value.length > 1 && (
          <Button kind="bare" icon="trash" onPress={() => open(`erase ${person.id}`)}>
            {settings.erasePerson}
          </Button>
        )}
      </div>
    </>
  );
}

const YEAR = /^\d{4}$/;

function PersonForm({ person, close }: { person: SubjectInfo | null; close: () => void }) {
  const name = useSignal(person?.name ?? '');
  const species = useSignal<string>(person?.species ?? (person ? '' : 'human'));
  const year = useSignal(person?.birthYear?.toString() ?? '');
  const sex = useSignal<string>(person?.sex ?? '');
  const animal = {
    breed: useSignal(person?.breed ?? ''),
    chip: useSignal(person?.chip ?? ''),
    vet: useSignal(person?.vet ?? ''),
  };
  const wrong = useSignal<{ name?: string; year?: string; chip?: string }>({});
  const { settings, frame, care } = words.value;
  const save = async () => {
    wrong.value = {};
    const isYear = year.value === '' || (YEAR.test(year.value) && isPast(Number(year.value)));
    if (!isYear) {
      wrong.value = { year: settings.wrongYear };
      return;
    }
    if (isAnimal(species.value) && !isChip(animal.chip.value)) {
      wrong.value = { chip: care.chipHint };
      return;
    }
    const about: About = {
      name: name.value.trim(),
      species: (species.value || null) as Species | null,
      sex: (sex.value || null) as Sex | null,
      birthYear: year.value === '' ? null : Number(year.value),
      ...(isAnimal(species.value) ? { breed: said(animal.breed), chip: said(animal.chip), vet: said(animal.vet) } : {}),
    };
    try {
      if (person) await call('subject.change', { subject: person.id, ...about });
      else await call('subject.add', about);
      await loadSubjects();
      changed();
      close();
    } catch (error) {
      const { code, message } = asHomeError(error);
      wrong.value = { name: code === 'conflict' ? settings.nameTaken : sentence(message) };
    }
  };
  return (
    <form
      class="stack person-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label={settings.name}
        value={name.value}
        wrong={wrong.value.name}
        input={{ autocomplete: 'off', autofocus: true, maxLength: 80 }}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <AboutFields given={{ species, sex, year }} wrongYear={wrong.value.year} />
      {isAnimal(species.value) && <AnimalFields given={animal} wrongChip={wrong.value.chip} />}
      <p class="small quiet">{settings.aboutHint}</p>
      <div class="row">
        <Button kind="main-action" onPress={save} disabled={name.value.trim() === ''}>
          {settings.save}
        </Button>
        <Button onPress={close}>{frame.cancel}</Button>
      </div>
    </form>
  );
}

const isAnimal = (species: string): boolean => species !== '' && species !== 'human';
/** As an ISO 11784 reader shows it. */
const isChip = (typed: string): boolean => typed.trim() === '' || /^\d{15}$/.test(typed.replaceAll(/[\s-]/g, ''));
const said = ({ value }: Signal<string>): string | null => value.trim() || null;

/** What goes along when an animal is handed over. */
function AnimalFields(props: {
  given: Record<'breed' | 'chip' | 'vet', Signal<string>>;
  wrongChip: string | undefined;
}) {
  const { given, wrongChip } = props;
  const { care } = words.value;
  return (
    <div class="fields-row">
      {(['breed', 'chip', 'vet'] as const).map((of) => (
        <TextField
          key={of}
          label={care[of]}
          {...(of === 'chip' ? (wrongChip ? { wrong: wrongChip } : { hint: care.chipHint }) : {})}
          value={given[of].value}
          input={{ autocomplete: 'off', maxLength: 200, ...(of === 'chip' ? { inputMode: 'numeric' as const } : {}) }}
          onValue={(value) => {
            given[of].value = value;
          }}
        />
      ))}
    </div>
  );
}

interface Given {
  species: Signal<string>;
  sex: Signal<string>;
  year: Signal<string>;
}

/** What reference ranges go by. */
function AboutFields({ given: { species, sex, year }, wrongYear }: { given: Given; wrongYear: string | undefined }) {
  const { settings } = words.value;
  const unsaid: [string, string] = ['', settings.unsaid];
  return (
    <div class="fields-row">
      <SelectField
        label={settings.species}
        value={species.value}
        options={[unsaid, ...Object.entries(settings.speciesOf)]}
        onValue={(value) => {
          species.value = value;
        }}
      />
      <SelectField
        label={settings.sex}
        value={sex.value}
        options={[unsaid, ...Object.entries(settings.sexes)]}
        onValue={(value) => {
          sex.value = value;
        }}
      />
      <TextField
        label={settings.birthYear}
        value={year.value}
        wrong={wrongYear}
        input={{ autocomplete: 'off', inputMode: 'numeric', maxLength: 4 }}
        onValue={(value) => {
          year.value = value;
        }}
      />
    </div>
  );
}

const isPast = (year: number): boolean => year >= 1900 && year <= new Date().getFullYear();

function EraseForm({ person, close }: { person: SubjectInfo; close: () => void }) {
  const typed = useSignal('');
  const wrong = useSignal('');
  const { settings, frame } = words.value;
  const erase = async () => {
    try {
      await call('erase', { subject: person.name, confirm: typed.value });
      await loadSubjects();
      changed();
      close();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <div class="confirm">
      <p class="small">{settings.erasePersonAsk(person.name)}</p>
      <TextField
        label={settings.typeName}
        value={typed.value}
        input={{ autocomplete: 'off', autofocus: true, spellcheck: false }}
        onValue={(value) => {
          typed.value = value;
        }}
      />
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button kind="stop" icon="trash" onPress={erase} disabled={typed.value !== person.name}>
          {settings.eraseYes}
        </Button>
        <Button onPress={close}>{frame.cancel}</Button>
      </div>
    </div>
  );
}
