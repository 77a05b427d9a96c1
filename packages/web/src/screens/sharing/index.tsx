// Who can see what: one row for each share, by person, by series, and what happened; asks for more on top.
import type { AskInfo, GrantInfo, OpenDoors, StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { call, query, setQuery } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Empty, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { named } from '../../words/kinds.ts';
import { moment, zoneLine } from '../../words/numbers.ts';
import { givenName } from '../../words/people.ts';
import { LapsedLately } from './again.tsx';
import { Asks } from './asks.tsx';
import { ClaimLine } from './claim.tsx';
import { GrantPage } from './grant-page.tsx';
import { History } from './history.tsx';
import { cardNames, linkNames, StopDialog, StopEverything, type StoppedAll } from './stop.tsx';
import {
  capital,
  endOf,
  isOpen,
  lackOf,
  levelsOf,
  openShares,
  periodOf,
  reachOf,
  servedOf,
  subjectOf,
  type Titles,
  TONES,
  titleOfGrant,
  titlesOf,
} from './words.ts';

const REFRESH_MILLIS = 30_000;
const TABS = ['people', 'series', 'history'] as const;
type Tab = (typeof TABS)[number];

export interface SharingState {
  grants: GrantInfo[];
  /** What is open beside the shares. */
  doors: OpenDoors;
  asks: AskInfo[];
  streams: StreamInfo[];
}

export function Sharing({ of }: { of: string }) {
  const asked = useAsked(
    async (signal): Promise<SharingState> => ({
      asks: await call('asks', {}, { signal, isIdle: true }),
      doors: await call('revoke.look', {}, { signal, isIdle: true }),
      grants: await call('grants', { all: true }, { signal, isIdle: true }),
      streams: (await call('streams', {}, { signal, isIdle: true })).map(named),
    }),
  );
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {(state) => (of === '' ? <SharingList {...state} /> : <GrantPage of={of} {...state} />)}
      </Answer>
    </div>
  );
}

function tabOf(text: string | null): Tab {
  return TABS.find((tab) => tab === text) ?? 'people';
}

/** For a visit: to whoever is in the same room. */
function ToRoom() {
  return (
    <a class="button" href="#/show">
      <Icon name="eye" />
      {words.value.room.showTitle}
    </a>
  );
}

/** That nobody can see anything is said only where it is so. */
function leadOf(active: number, open: number, beside: number): string {
  const { sharing } = words.value;
  if (active === 0 && open > 0) return sharing.leadStopping;
  return active === 0 && beside > 0 ? sharing.leadNoShare : sharing.lead(active);
}

function SharingList({ grants, doors, asks, streams }: SharingState) {
  const { sharing } = words.value;
  const isStopping = useSignal(false);
  const said = useSignal<StoppedAll | null>(null);
  const open = grants.filter(isOpen);
  const active = openShares(grants);
  const titles = titlesOf(streams);
  const beside = [...cardNames(doors), ...linkNames(doors)];
  const tab = tabOf(query.value.get('tab'));
  return (
    <>
      <header class="page-head">
        <div>
          <h1>{sharing.title}</h1>
          <p class="quiet">
            {leadOf(active.length, open.length, beside.length)} {open.length > 0 && `${zoneLine()}.`}
          </p>
          {beside.length > 0 && <p class="small">{sharing.alsoOpen(beside.join(', '))}</p>}
        </div>
        <div class="actions even">
          <ToRoom />
          {open.length > 0 && (
            <a class="button sharing" href="#/share">
              <Icon name="sharing" />
              {sharing.shareSomething}
            </a>
          )}
          {active.length + beside.length + doors.phones > 0 && (
            <Button
              kind="stop"
              icon="stop"
              onPress={() => {
                isStopping.value = true;
              }}
            >
              {sharing.stopEverything}
            </Button>
          )}
        </div>
      </header>
      {said.value && (
        <Notice tone={said.value.pending === '' ? 'good' : 'caution'} isUrgent>
          {said.value.text} {said.value.pending}
        </Notice>
      )}
      <Asks asks={asks} titles={titles} />
      <LapsedLately grants={grants} />
      <Tabs tab={tab} />
      {tab === 'people' && <People grants={open} titles={titles} />}
      {tab === 'series' && <BySeries grants={open} streams={streams} titles={titles} />}
      {tab === 'history' && <History grants={grants} titles={titles} />}
      {isStopping.value && (
        <StopEverything
          grants={active}
          doors={doors}
          titles={titles}
          onClose={(done) => {
            isStopping.value = false;
            said.value = done;
          }}
        />
      )}
    </>
  );
}

function Tabs({ tab }: { tab: Tab }) {
  const { sharing } = words.value;
  return (
    <div class="tabs" role="tablist" aria-label={sharing.tabsLabel}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          class="tab"
          aria-selected={tab === each}
          onClick={() => setQuery({ tab: each === 'people' ? null : each })}
        >
          {sharing.tabs[each]}
        </button>
      ))}
    </div>
  );
}

function NothingShared() {
  const { sharing } = words.value;
  return (
    <div class="card">
      <Empty icon="sharing" title={sharing.emptyTitle} text={sharing.emptyText}>
        <a class="button sharing" href="#/share">
          {sharing.shareSomething}
        </a>
      </Empty>
    </div>
  );
}

function People({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  if (grants.length === 0) return <NothingShared />;
  const newestFirst = [...grants].sort((a, b) => b.issuedMicros - a.issuedMicros);
  return (
    <ul class="card list">
      {newestFirst.map((grant) => (
        <GrantRow key={grant.id} grant={grant} titles={titles} />
      ))}
    </ul>
  );
}

export function StateChip({ grant }: { grant: GrantInfo }) {
  const { sharing, consent } = words.value;
  return (
    <span class={`chip ${TONES[grant.state]}`}>
      <Icon name={grant.state === 'active' ? 'sharing' : grant.state === 'stopping' ? 'clock' : 'stop'} />
      {grant.state === 'stopping' && grant.idle?.lapsed ? consent.idle.stopping : sharing.states[grant.state]}
    </span>
  );
}

function GrantRow({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { sharing, facts } = words.value;
  const pending = grant.relays.filter(({ state }) => state === 'pending').length;
  return (
    <li class="grant-row">
      <span class="grant-face">
        <Icon name={grant.how === 'link' ? 'link' : 'person'} />
      </span>
      <div class="grant-text">
        <div class="row">
          <strong>{titleOfGrant(grant)}</strong>
          <StateChip grant={grant} />
          {grant.state === 'active' && pending > 0 && <span class="chip caution">{sharing.relays.servingPending}</span>}
        </div>
        <strong class="small">{subjectOf(grant, titles)}</strong>
        <span class="small">{facts.opensFor(reachOf(grant))}</span>
        <span class="small">{capital([levelsOf(grant), periodOf(grant)].filter(Boolean).join(', '))}</span>
        <span class="small">
          <strong>{capital(endOf(grant))}</strong>
        </span>
        <span class="caption">
          {sharing.given} {moment(grant.issuedMicros)} · {servedOf(grant)}
        </span>
        {grant.lock?.claim && grant.state === 'active' && <ClaimLine grant={grant} />}
      </div>
      <GrantActions grant={grant} titles={titles} />
    </li>
  );
}

/** Wherever a share stands in a list: its page, and an end to it. */
function GrantActions({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { sharing } = words.value;
  const isStopping = useSignal(false);
  return (
    <div class="actions">
      <a class="button" href={`#/sharing/${grant.id}`}>
        {sharing.details}
      </a>
      {grant.state === 'active' && (
        <Button
          kind="stop"
          icon="stop"
          onPress={() => {
            isStopping.value = true;
          }}
        >
          {sharing.stop}
        </Button>
      )}
      {isStopping.value && (
        <StopDialog
          grant={grant}
          titles={titles}
          onClose={() => {
            isStopping.value = false;
          }}
        />
      )}
    </div>
  );
}

function BySeries(props: { grants: readonly GrantInfo[]; streams: readonly StreamInfo[]; titles: Titles }) {
  const { grants, streams, titles } = props;
  const { sharing, share, facts, frame } = words.value;
  // Of two people one series may be shared and the other's not.
  const ofSeveral = new Set(streams.map((stream) => stream.subject)).size > 1;
  const rows = streams.map((stream) => ({
    stream,
    readers: openShares(grants, { subject: stream.subject, keys: [stream.key] }).flatMap((grant) =>
      grant.streams.filter(({ key }) => key === stream.key).map(({ level }) => ({ grant, level })),
    ),
  }));
  const sharedFirst = rows.sort((a, b) => b.readers.length - a.readers.length);
  return (
    <ul class="card list">
      {sharedFirst.map(({ stream, readers }) => (
        <li key={`${stream.subject}/${stream.key}`} class="series-row">
          <strong>{ofSeveral ? `${stream.title} · ${givenName(stream.subject) || frame.me}` : stream.title}</strong>
          {readers.length === 0 ? (
            <span class="chip">{sharing.nobody}</span>
          ) : (
            <ul class="series-readers">
              {readers.map(({ grant, level }) => (
                <li key={grant.id}>
                  <span class="grant-text small">
                    <span class="row">
                      <Icon name={grant.how === 'link' ? 'link' : 'person'} />
                      <strong>{titleOfGrant(grant)}</strong>
                      {grant.purpose !== '' && <span>{grant.purpose}</span>}
                    </span>
                    <span>{facts.opensFor(reachOf(grant))}</span>
                    <span>
                      {capital(share.levelWords[level])}, {periodOf(grant)}
                    </span>
                    <strong>{capital(endOf(grant))}</strong>
                    <span class="caption">
                      {sharing.lack.label} {lackOf(grant, streams, [stream.key])}
                    </span>
                  </span>
                  <GrantActions grant={grant} titles={titles} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
