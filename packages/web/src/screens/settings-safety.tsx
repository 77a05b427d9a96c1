// Relays and safety: where the data lies and whether all of it has arrived, backup, words, check, export, deletion.
import type { RelayInfo, Result } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked, useTicks } from '../app/asking.ts';
import { call } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Copied } from '../ui/copy.tsx';
import { TextField } from '../ui/field.tsx';
import { Fields } from '../ui/fields.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { age, bytes, number } from '../words/numbers.ts';
import { OnlyHere } from './device-add.tsx';
import { isGood, PassphraseFields, useNewPassphrase } from './first-run-passphrase.tsx';
import { Backup, Check, EraseEverything, Export, WordsCheck } from './settings-keeping.tsx';

const REFRESH_MILLIS = 10_000;
const TONES = { connected: 'good', unreachable: 'caution', refused: 'alert', unknown: '' } as const;

export function Safety() {
  const asked = useAsked(() => call('status', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <Answer asked={asked.value} again={asked.again} rows={4}>
      {(status) => (
        <div class="stack">
          <Where status={status} />
          <SetPassphrase status={status} />
          <Backup lastMicros={status.lastBackupMicros} />
          <WordsCheck />
          <Check />
          <Export />
          <Invite />
          <EraseEverything />
        </div>
      )}
    </Answer>
  );
}

/** One matter of this page. */
export function Matter(props: { title: string; text?: string; children: preact.ComponentChildren }) {
  return (
    <section class="card stack" aria-label={props.title}>
      <div class="stack tight">
        <h2 class="matter">{props.title}</h2>
        {props.text !== undefined && <p class="quiet small">{props.text}</p>}
      </div>
      {props.children}
    </section>
  );
}

function Where({ status }: { status: Result<'status'> }) {
  const isAdding = useSignal(false);
  const said = useSignal('');
  const { settings } = words.value;
  const sync = async () => {
    said.value = '';
    await call('relays.sync', {});
    said.value = settings.synced;
    changed();
  };
  return (
    <Matter title={settings.whereTitle} text={settings.whereText}>
      <ul class="list">
        <li>
          <div class="row">
            <Icon name="shield" />
            <div>
              <strong>{settings.thisComputer}</strong>
              <p class="caption file-name">{status.home}</p>
            </div>
          </div>
          <span class="small">{settings.size(bytes(status.diskBytes))}</span>
        </li>
        {status.relays.map((relay) => (
          <RelayRow key={relay.url} relay={relay} />
        ))}
      </ul>
      {status.diskUnprotected && <Notice tone="caution">{settings.keysOpen}</Notice>}
      {status.relays.length === 0 && <Notice tone="caution">{settings.noRelays}</Notice>}
      {said.value !== '' && (
        <Notice tone="good" isUrgent>
          {said.value}
        </Notice>
      )}
      {isAdding.value ? (
        <AddRelay
          close={(text) => {
            isAdding.value = false;
            said.value = text;
          }}
        />
      ) : (
        <div class="row">
          <Button
            icon="plus"
            onPress={() => {
              isAdding.value = true;
            }}
          >
            {settings.addRelay}
          </Button>
          {status.relays.length > 0 && <Button onPress={sync}>{settings.syncNow}</Button>}
        </div>
      )}
    </Matter>
  );
}

/** For a vault that was made without a passphrase. */
function SetPassphrase({ status }: { status: Result<'status'> }) {
  const given = useNewPassphrase();
  const isSet = useSignal(false);
  const wrong = useSignal('');
  const { settings, first } = words.value;
  const { passphraseCharactersMin } = status;
  if (!status.diskUnprotected && !isSet.value) return null;
  const set = async () => {
    wrong.value = '';
    if (!isGood(given, passphraseCharactersMin)) return;
    try {
      await call('passphrase.set', { passphrase: given.first.value });
      isSet.value = true;
      given.first.value = '';
      given.again.value = '';
      changed();
    } catch (error) {
      const { code, message } = asHomeError(error);
      wrong.value = code === 'not-permitted' ? settings.onlyAtHome : sentence(message);
    }
  };
  return (
    <Matter title={settings.passphraseTitle} text={settings.passphraseText}>
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      {isSet.value ? (
        <Notice tone="good" isUrgent>
          {settings.passphraseSet}
        </Notice>
      ) : (
        <Fields onEnter={set}>
          <PassphraseFields given={given} charactersMin={passphraseCharactersMin} label={first.newPassphrase} />
          <div class="row">
            <Button kind="main-action" onPress={set}>
              {settings.passphraseDo}
            </Button>
          </div>
        </Fields>
      )}
    </Matter>
  );
}

function RelayRow({ relay }: { relay: RelayInfo }) {
  const isAsking = useSignal(false);
  const { settings } = words.value;
  const remove = async () => {
    await call('relays.remove', { url: relay.url });
    changed();
  };
  const facts = [
    relay.pending === 0 ? settings.inSync : settings.pending(number(relay.pending)),
    ...(relay.lastContactMicros === null
      ? []
      : [settings.lastContact(age(relay.lastContactMicros, Date.now() * 1000))]),
    ...(relay.reason === null ? [] : [relay.reason === 'NO_ROOM' ? settings.noRoom : relay.reason]),
  ];
  if (isAsking.value)
    return (
      <li>
        <Confirm
          question={settings.removeRelayAsk(relay.url)}
          yes={settings.removeRelayYes}
          onYes={remove}
          onNo={() => {
            isAsking.value = false;
          }}
        />
      </li>
    );
  return (
    <li>
      <div class="row">
        <Icon name="relay" />
        <div>
          <strong class="file-name">{relay.url}</strong>
          <p class="caption">{facts.join(' · ')}</p>
        </div>
      </div>
      <div class="row close">
        <span class={`chip ${TONES[relay.state]}`}>{settings.relayStates[relay.state]}</span>
        <Button
          kind="bare"
          onPress={() => {
            isAsking.value = true;
          }}
        >
          {settings.removeRelay}
        </Button>
      </div>
    </li>
  );
}

function AddRelay({ close }: { close: (said: string) => void }) {
  const url = useSignal('');
  const invite = useSignal('');
  const wrong = useSignal('');
  const { settings, first, frame } = words.value;
  const add = async () => {
    wrong.value = '';
    try {
      const claim = invite.value.trim();
      await call('relays.add', { url: url.value.trim(), ...(claim === '' ? {} : { invite: claim }) });
      changed();
      close(settings.relayAdded);
    } catch (error) {
      const { code, message } = asHomeError(error);
      wrong.value =
        code === 'not-permitted' ? first.relayRefuses : code === 'unavailable' ? first.relayAway : sentence(message);
    }
  };
  const input = { autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 512 } as const;
  return (
    <div class="stack">
      <TextField
        label={settings.relayUrl}
        hint={settings.relayHint}
        value={url.value}
        wrong={wrong.value || undefined}
        input={{ ...input, inputMode: 'url', autofocus: true }}
        onValue={(value) => {
          url.value = value;
        }}
      />
      <TextField
        label={settings.invite}
        hint={settings.inviteHint}
        value={invite.value}
        input={input}
        onValue={(value) => {
          invite.value = value;
        }}
      />
      <div class="row">
        <Button kind="main-action" onPress={add} disabled={url.value.trim() === ''}>
          {settings.addRelayYes}
        </Button>
        <Button onPress={() => close('')}>{frame.cancel}</Button>
      </div>
    </div>
  );
}

function Invite() {
  const made = useSignal<Result<'relays.invite'> | null>(null);
  const wrong = useSignal('');
  const { settings } = words.value;
  const make = async () => {
    wrong.value = '';
    try {
      made.value = await call('relays.invite', {});
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Matter title={settings.inviteOthers} text={settings.inviteOthersText}>
      {wrong.value !== '' && <Notice tone="alert">{wrong.value}</Notice>}
      {made.value ? (
        <div class="stack">
          <Copied label={settings.inviteAddress} text={made.value.url} />
          <Copied label={settings.inviteClaim} text={made.value.claim} />
          <OnlyHere url={made.value.url} />
        </div>
      ) : (
        <div class="row">
          <Button icon="people" onPress={make}>
            {settings.makeInvite}
          </Button>
        </div>
      )}
    </Matter>
  );
}
