// Keeping and ending: backup, the check of the words, the check of everything, export, deletion.
import type { CheckFinding, Result } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../app/asking.ts';
import { save } from '../app/saving.ts';
import { call, subjects } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Said } from '../ui/said.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { age, number } from '../words/numbers.ts';
import { Matter } from './settings-safety.tsx';

/** As the operation wants it typed. */
const ERASE_PHRASE = 'erase everything';
const FINDING_TONES = { error: 'alert', warning: 'caution', note: 'info' } as const;
/** A backup that began is there a moment later. */
const LOOK_AGAIN_MILLIS = 2_500;

export function Backup({ lastMicros }: { lastMicros: number | null }) {
  const wrong = useSignal('');
  const { settings } = words.value;
  const backUp = async () => {
    wrong.value = '';
    try {
      await save({ what: 'backup' });
      setTimeout(changed, LOOK_AGAIN_MILLIS);
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Matter title={settings.backupTitle} text={settings.backupText}>
      <p>{lastMicros === null ? settings.backupNever : settings.backupLast(age(lastMicros, Date.now() * 1000))}</p>
      {wrong.value !== '' && <Notice tone="alert">{wrong.value}</Notice>}
      <div class="row">
        <Button icon="download" onPress={backUp}>
          {settings.backupNow}
        </Button>
      </div>
    </Matter>
  );
}

export function WordsCheck() {
  const typed = useSignal('');
  const answer = useSignal<Result<'words.check'>['are'] | 'later' | null>(null);
  const wrong = useSignal('');
  const { settings } = words.value;
  const check = async () => {
    answer.value = null;
    wrong.value = '';
    try {
      answer.value = (await call('words.check', { words: typed.value.trim() })).are;
    } catch (error) {
      const { code, message } = asHomeError(error);
      if (code === 'unavailable') answer.value = 'later';
      else wrong.value = sentence(message);
    } finally {
      typed.value = '';
    }
  };
  const said = {
    right: settings.wordsRight,
    others: settings.wordsOthers,
    mistyped: settings.wordsMistyped,
    later: settings.wordsLater,
  };
  return (
    <Matter title={settings.wordsTitle} text={settings.wordsText}>
      <TextField
        area
        label={settings.wordsLabel}
        value={typed.value}
        input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 1024 }}
        onValue={(value) => {
          typed.value = value;
        }}
      />
      {answer.value !== null && (
        <Notice tone={answer.value === 'right' ? 'good' : 'caution'} isUrgent>
          {said[answer.value]}
        </Notice>
      )}
      {wrong.value !== '' && <Notice tone="alert">{wrong.value}</Notice>}
      <div class="row">
        <Button onPress={check} disabled={typed.value.trim() === ''}>
          {settings.wordsCheck}
        </Button>
      </div>
    </Matter>
  );
}

export function Check() {
  const progress = useSignal('');
  const result = useSignal<{ findings: CheckFinding[]; tiles: number } | null>(null);
  const wrong = useSignal('');
  const { settings } = words.value;
  const check = async () => {
    result.value = null;
    wrong.value = '';
    try {
      result.value = await call(
        'check',
        { deep: true },
        {
          emit: (said) => {
            if ('progress' in said) progress.value = settings.checking(said.progress.what);
          },
        },
      );
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    } finally {
      progress.value = '';
    }
  };
  const bad = result.value?.findings.filter(({ severity }) => severity !== 'note') ?? [];
  return (
    <Matter title={settings.checkTitle} text={settings.checkText}>
      <div role="status" class="stack tight">
        {progress.value !== '' && <p class="small quiet">{progress.value}</p>}
        {result.value && bad.length === 0 && (
          <Notice tone="good">{settings.checkFine(number(result.value.tiles))}</Notice>
        )}
        {bad.length > 0 && <h3 class="small-head">{settings.checkFound}</h3>}
        {(result.value?.findings ?? []).map(({ severity, what, where, todo }) => (
          <Notice tone={FINDING_TONES[severity]} key={`${what}-${where}`}>
            {sentence(what)} {where}. {todo === '' ? '' : sentence(todo)}
          </Notice>
        ))}
      </div>
      {wrong.value !== '' && <Notice tone="alert">{wrong.value}</Notice>}
      <div class="row">
        <Button icon="check" onPress={check}>
          {settings.checkNow}
        </Button>
      </div>
    </Matter>
  );
}

export function Export() {
  const whose = useSignal('');
  const wrong = useSignal('');
  const { settings } = words.value;
  const take = (format: 'csv' | 'fhir') => async () => {
    wrong.value = '';
    try {
      await save({ what: 'export', format, ...(whose.value === '' ? {} : { subject: whose.value }) });
    } catch (error) {
      const { code, message } = asHomeError(error);
      wrong.value = code === 'not-found' ? settings.noReadings : sentence(message);
    }
  };
  return (
    <Matter title={settings.exportTitle} text={settings.exportText}>
      {subjects.value.length > 1 && (
        <SelectField
          label={settings.exportWhose}
          value={whose.value}
          options={[['', settings.everybody], ...subjects.value.map(({ name }) => [name, name] as [string, string])]}
          onValue={(value) => {
            whose.value = value;
          }}
        />
      )}
      {wrong.value !== '' && (
        <Notice tone="caution" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button icon="table" onPress={take('csv')}>
          {settings.exportCsv}
        </Button>
        <Button icon="file" onPress={take('fhir')}>
          {settings.exportFhir}
        </Button>
      </div>
    </Matter>
  );
}

export function EraseEverything() {
  const typed = useSignal('');
  const erased = useSignal<Result<'erase'> | null>(null);
  const wrong = useSignal('');
  const { settings } = words.value;
  const erase = async () => {
    wrong.value = '';
    try {
      erased.value = await call('erase', { everything: true, confirm: typed.value.trim() });
      typed.value = '';
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Matter title={settings.eraseTitle} text={settings.eraseText}>
      {erased.value ? (
        <div role="alert" class="stack tight">
          <Notice tone="caution">{settings.erased}</Notice>
          {erased.value.relays.map(({ url, pending }) => (
            <p class="small" key={url}>
              {pending === 0 ? settings.erasedAt(url) : settings.erasedPending(url, number(pending))}
            </p>
          ))}
          {erased.value.left && (
            <p class="small">
              <Said text={settings.left[erased.value.left]} />
            </p>
          )}
        </div>
      ) : (
        <>
          <TextField
            label={settings.eraseType(ERASE_PHRASE)}
            value={typed.value}
            input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none' }}
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
            <Button kind="stop" icon="trash" onPress={erase} disabled={typed.value.trim() !== ERASE_PHRASE}>
              {settings.eraseYes}
            </Button>
          </div>
        </>
      )}
    </Matter>
  );
}
