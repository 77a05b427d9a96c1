// Settings, a section at a time: display, people, relays and safety, browsers, about.
import type { Result } from '@hale/home';
import { changed, useAsked, useTicks } from '../app/asking.ts';
import { call, country, dropEverything, type SessionState, session, theme, zoneChoice } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Segments, SelectField } from '../ui/field.tsx';
import { Answer, Notice, sentence } from '../ui/states.tsx';
import { warningText } from '../words/codes.ts';
import { LANGUAGES, type Language, language, useLanguage, words } from '../words/index.ts';
import { age, bytes, moment, systemZone } from '../words/numbers.ts';
import { preferred } from '../words/units.ts';
import { People } from './settings-people.tsx';
import { Safety } from './settings-safety.tsx';
import { placesByName } from './share/places.ts';

const SECTIONS = ['looks', 'people', 'safety', 'browsers', 'about'] as const;
type Section = (typeof SECTIONS)[number];
const REFRESH_MILLIS = 15_000;
/** Lines of the node's doctor that stand on this page in the person's own language. */
const SAID_ABOVE = ['Home', 'Disk', 'Keys'];

export function Settings({ of }: { of: string }) {
  const { settings, phones, ownCard } = words.value;
  const here = SECTIONS.includes(of as Section) ? (of as Section) : 'looks';
  const Here = { looks: Looks, people: People, safety: Safety, browsers: Browsers, about: About }[here];
  return (
    <div class="page">
      <h1>{settings.title}</h1>
      <nav class="tabs" aria-label={settings.sectionsLabel}>
        {SECTIONS.map((name) => (
          <a class="tab" href={`#/settings/${name}`} key={name} aria-current={name === here ? 'page' : undefined}>
            {settings.sections[name]}
          </a>
        ))}
        <a class="tab" href="#/phones">
          {phones.tab}
        </a>
        <a class="tab" href="#/emergency">
          {ownCard.tab}
        </a>
      </nav>
      <Here />
    </div>
  );
}

function Looks() {
  const { settings, consent } = words.value;
  const units = preferred.value;
  return (
    <div class="card stack wide settings-form">
      <SelectField
        label={settings.language}
        value={language.value}
        onValue={(value) => void useLanguage(value as Language)}
        options={Object.entries(LANGUAGES)}
      />
      <Choice
        label={settings.theme}
        value={theme.value}
        options={Object.entries(settings.themes)}
        choose={(value) => {
          theme.value = value as typeof theme.value;
        }}
      />
      <Choice
        label={settings.glucose}
        value={units.glucose ?? ''}
        options={[
          ['', settings.asCame],
          ['mg/dL', 'mg/dL'],
          ['mmol/L', 'mmol/L'],
        ]}
        choose={(value) => {
          preferred.value = { ...units, glucose: (value || null) as typeof units.glucose };
        }}
      />
      <Choice
        label={settings.temperature}
        value={units.temperature ?? ''}
        options={[
          ['', settings.asCame],
          ['Cel', '°C'],
          ['[degF]', '°F'],
        ]}
        choose={(value) => {
          preferred.value = { ...units, temperature: (value || null) as typeof units.temperature };
        }}
      />
      <SelectField
        label={settings.zone}
        hint={settings.zoneHint}
        value={zoneChoice.value ?? ''}
        onValue={(value) => {
          zoneChoice.value = value || null;
        }}
        options={[['', settings.zoneAuto(systemZone)], ...zones().map((name) => [name, name] as [string, string])]}
      />
      <SelectField
        label={consent.without.place}
        hint={consent.without.placeHint}
        value={country.value}
        options={[['', consent.without.placeNone], ...placesByName()]}
        onValue={(value) => {
          country.value = value;
        }}
      />
      <p class="small quiet">{settings.keptHere}</p>
    </div>
  );
}

const zones = (): string[] => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name !== 'UTC')];

function Choice(props: {
  label: string;
  value: string;
  options: readonly [string, string][];
  choose: (value: string) => void;
}) {
  return (
    <div class="field">
      <span class="label">{props.label}</span>
      <div>
        <Segments label={props.label} value={props.value} options={props.options} onValue={props.choose} />
      </div>
    </div>
  );
}

function Browsers() {
  const asked = useAsked(() => call('web.sessions', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const { settings } = words.value;
  const now = session.value as SessionState;
  const nowMicros = Date.now() * 1000;
  const lockOne = async (id: string) => {
    await call('web.close', { session: id });
    changed();
  };
  const lockAll = async () => {
    await call('web.close', {});
    dropEverything('locked');
  };
  return (
    <div class="card stack">
      <p class="quiet">{settings.browsersLead}</p>
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {(list) => (
          <ul class="list">
            {list.map(({ id, browser, openedMicros, usedMicros }) => (
              <li key={id}>
                <div>
                  <strong>{browser === '' ? settings.unknownBrowser : browser}</strong>{' '}
                  {id === now.session?.id && <span class="chip info">{settings.thisBrowser}</span>}
                  <p class="caption">
                    {settings.opened(age(openedMicros, nowMicros))} · {settings.used(age(usedMicros, nowMicros))}
                  </p>
                </div>
                {id !== now.session?.id && (
                  <Button icon="lock" onPress={() => lockOne(id)}>
                    {settings.lockIt}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
      <p class="small quiet">{settings.idle(now.idleMinutes)}</p>
      <div class="stack tight">
        <p class="small">{settings.lockAllText}</p>
        <div class="row">
          <Button kind="stop" icon="lock" onPress={lockAll}>
            {settings.lockAll}
          </Button>
        </div>
      </div>
    </div>
  );
}

function About() {
  const asked = useAsked(async () => ({
    status: await call('status', {}, { isIdle: true }),
    doctor: await call('doctor', {}, { isIdle: true }),
  }));
  const { settings } = words.value;
  return (
    <Answer asked={asked.value} again={asked.again}>
      {({ status, doctor }) => (
        <>
          <Warnings status={status} />
          <dl class="card facts">
            <dt>{settings.version}</dt>
            <dd>{status.version}</dd>
            <dt>{settings.home}</dt>
            <dd class="file-name">{status.home}</dd>
            <dt>{settings.thisComputer}</dt>
            <dd>{settings.size(bytes(status.diskBytes))}</dd>
            <dt>{settings.keys}</dt>
            <dd class={status.diskUnprotected ? 'not-well' : ''}>
              {status.diskUnprotected ? settings.keysOpen : settings.keysProtected}
            </dd>
            {doctor.lines
              .filter(({ name }) => !SAID_ABOVE.includes(name))
              .map(({ name, value, ok }) => [
                <dt key={`${name}-${value}`}>{settings.doctor[name] ?? name}</dt>,
                <dd key={`${name}-${value}-said`} class={ok ? '' : 'not-well'}>
                  {name === 'Clock' ? moment(Date.parse(value) * 1000) : value}
                </dd>,
              ])}
          </dl>
        </>
      )}
    </Answer>
  );
}

export function Warnings({ status }: { status: Result<'status'> }) {
  const { settings } = words.value;
  const said = [
    ...(status.retired ? [settings.readOnly] : []),
    ...(status.diskUnprotected ? [settings.keysOpen] : []),
    ...status.warnings.map(warningText),
  ];
  return (
    <section class="stack tight" aria-label={settings.warnings}>
      {said.length === 0 ? (
        <Notice tone="good">{settings.noWarnings}</Notice>
      ) : (
        said.map((text) => (
          <Notice tone="caution" key={text}>
            {sentence(text)}
          </Notice>
        ))
      )}
    </section>
  );
}
