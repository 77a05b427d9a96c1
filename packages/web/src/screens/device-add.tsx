// A new device: how it is called and connects; then a code that it is paired with, or its credential, shown once.
import type { Result } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asHomeError, changed, useTicks } from '../app/asking.ts';
import { call, ofSubject, shownSubject, subject, subjects } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Copied } from '../ui/copy.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Qr } from '../ui/qr.tsx';
import { Said } from '../ui/said.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { clock } from '../words/numbers.ts';

const KINDS = ['http', 'mqtt', 'gateway', 'nightscout'] as const;
type Kind = (typeof KINDS)[number];
type Scope = 'upload' | 'read' | 'both';
type Given =
  | { what: 'code'; pairing: Result<'device.pair'> }
  | { what: 'credential'; kind: Kind; added: Result<'device.add'> };

const LOOK_MILLIS = 3_000;

export function AddDevice() {
  const given = useSignal<Given | null>(null);
  const { devices } = words.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const title =
    given.value === null ? devices.newTitle : given.value.what === 'code' ? devices.codeTitle : devices.credentialTitle;
  useEffect(() => {
    if (given.value) heading.current?.focus();
  }, [title]);
  return (
    <div class="page narrow">
      <header class="stack tight">
        <a class="back-link" href="#/devices">
          <Icon name="back" />
          {devices.title}
        </a>
        <h1 ref={heading} tabIndex={-1} class="bare-focus">
          {title}
        </h1>
      </header>
      <div class="card stack wide">
        {given.value === null ? (
          <Wish given={given} />
        ) : given.value.what === 'code' ? (
          <Code given={given} pairing={given.value.pairing} />
        ) : (
          <Credential {...given.value} />
        )}
      </div>
    </div>
  );
}

function Wish({ given }: { given: Signal<Given | null> }) {
  const name = useSignal('');
  const kind = useSignal<Kind>('http');
  const scope = useSignal<Scope>('upload');
  const wrong = useSignal('');
  const { devices } = words.value;
  const wish = () => ({
    name: name.value.trim(),
    ...ofSubject(),
    ...(kind.value === 'nightscout' ? { nightscout: { scope: scope.value } } : {}),
  });
  const attempt = async (work: () => Promise<Given>) => {
    wrong.value = '';
    try {
      given.value = await work();
      changed();
    } catch (error) {
      const { code, message } = asHomeError(error);
      wrong.value = code === 'conflict' ? devices.takenName : sentence(message);
    }
  };
  const pair = () => attempt(async () => ({ what: 'code', pairing: await call('device.pair', wish()) }));
  const add = () =>
    attempt(async () => ({ what: 'credential', kind: kind.value, added: await call('device.add', wish()) }));
  return (
    <>
      <TextField
        label={devices.name}
        hint={devices.nameHint}
        value={name.value}
        wrong={wrong.value || undefined}
        input={{ autocomplete: 'off', maxLength: 80 }}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <Kinds kind={kind} />
      {kind.value === 'nightscout' && (
        <SelectField
          label={devices.scope}
          hint={devices.scopeWarning}
          value={scope.value}
          onValue={(value) => {
            scope.value = value as Scope;
          }}
          options={Object.entries(devices.scopes)}
        />
      )}
      <Whose />
      <div class="row">
        <Button kind="main-action" onPress={pair} disabled={name.value.trim() === ''}>
          {devices.makeCode}
        </Button>
        <Button onPress={add} disabled={name.value.trim() === ''}>
          {devices.showCredential}
        </Button>
      </div>
    </>
  );
}

function Kinds({ kind }: { kind: Signal<Kind> }) {
  const { devices } = words.value;
  return (
    <fieldset class="stack tight">
      <legend>{devices.how}</legend>
      {KINDS.map((each) => (
        <label class="option" key={each}>
          <input
            type="radio"
            name="kind"
            value={each}
            checked={kind.value === each}
            onChange={() => {
              kind.value = each;
            }}
          />
          <span>
            <strong>{devices.kinds[each]}</strong>
            <span class="small quiet">{devices.kindTexts[each]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Whose() {
  if (subjects.value.length < 2) return null;
  return (
    <SelectField
      label={words.value.devices.whose}
      value={shownSubject() ?? ''}
      onValue={(value) => {
        subject.value = value;
      }}
      options={subjects.value.map(({ name }) => [name, name] as const)}
    />
  );
}

const isLoopback = (url: string): boolean => /^\w+:\/\/(localhost|127\.|\[::1\])/.test(url);

/** Said where no other machine reaches the address. */
export function OnlyHere({ url }: { url: string }) {
  return isLoopback(url) ? (
    <Notice tone="caution">
      <Said text={words.value.devices.onlyHere} />
    </Notice>
  ) : null;
}

function Done() {
  return (
    <div class="row">
      <a class="button main-action" href="#/devices">
        {words.value.devices.done}
      </a>
    </div>
  );
}

function Code({ given, pairing }: { given: Signal<Given | null>; pairing: Result<'device.pair'> }) {
  const { devices, frame } = words.value;
  const paired = useSignal<string | null>(null);
  const now = useSignal(Date.now() * 1000);
  // Who was there before: whoever is new came by this code.
  const before = useRef<Set<string> | null>(null);
  useTicks(LOOK_MILLIS, () => {
    now.value = Date.now() * 1000;
    void call('device.list', {}, { isIdle: true }).then(
      (list) => {
        before.current ??= new Set(list.map(({ id }) => id));
        paired.value ??= list.find(({ id }) => !before.current?.has(id))?.name ?? null;
      },
      () => {},
    );
  });
  const digits = `${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`;
  if (paired.value !== null)
    return (
      <>
        <Notice tone="good" isUrgent>
          {devices.paired(paired.value)}
        </Notice>
        <Done />
      </>
    );
  if (now.value >= pairing.expiresMicros)
    return (
      <>
        <Notice tone="caution" isUrgent>
          {devices.codeEnded}
        </Notice>
        <div class="row">
          <Button
            onPress={() => {
              given.value = null;
            }}
          >
            {frame.back}
          </Button>
        </div>
      </>
    );
  return (
    <>
      <p class="quiet">{devices.codeText}</p>
      <div class="pairing">
        <Qr text={`${pairing.url}/v1/pair?code=${pairing.code}`} label={devices.qr} />
        <div class="stack">
          <Copied label={devices.code} text={digits} />
          <Copied label={devices.address} text={pairing.url} />
          <p class="small quiet">{devices.codeEnds(clock(pairing.expiresMicros))}</p>
        </div>
      </div>
      <OnlyHere url={pairing.url} />
    </>
  );
}

function Credential({ kind, added }: { kind: Kind; added: Result<'device.add'> }) {
  const { devices } = words.value;
  const { nightscout, mqtt, device } = added;
  return (
    <>
      <p class="quiet">{devices.credentialText}</p>
      {nightscout ? (
        <div class="stack">
          <Copied label={devices.address} text={nightscout.url} />
          <Copied label={devices.secret} text={nightscout.secret} />
          <Copied label={devices.token} text={nightscout.token} />
        </div>
      ) : kind === 'mqtt' ? (
        <div class="stack">
          {mqtt === null ? (
            <Notice tone="caution">
              <Said text={devices.mqttOff} />
            </Notice>
          ) : (
            <Copied label={devices.address} text={mqtt} />
          )}
          <Copied label={devices.user} text={device.id} />
          <Copied label={devices.password} text={added.credential} />
          <Copied label={devices.topic} text={`hale/${device.id}/`} />
        </div>
      ) : (
        <div class="stack">
          <Copied label={devices.address} text={kind === 'gateway' ? new URL(added.url).origin : added.url} />
          <Copied label={devices.credential} text={added.credential} />
        </div>
      )}
      <OnlyHere url={added.url} />
      <Done />
    </>
  );
}
