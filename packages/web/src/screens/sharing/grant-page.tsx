// One share with everything that is known of it: the consent in words, where it lies, the link again, what relays handed out, what was filed.
import type { GrantInfo, StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { recordsTime } from '../../given/time.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Empty, Notice, sentence } from '../../ui/states.tsx';
import { TableScroll } from '../../ui/table-scroll.tsx';
import { words } from '../../words/index.ts';
import { bytes, day, moment, zoneLine } from '../../words/numbers.ts';
import { givenName } from '../../words/people.ts';
import { LinkToHandOver } from '../share/done.tsx';
import { Again } from './again.tsx';
import { Claim } from './claim.tsx';
import { Eyes } from './eyes.tsx';
import { type SharingState, StateChip } from './index.tsx';
import { StopAllOf, StopDialog } from './stop.tsx';
import {
  allOfName,
  capital,
  endFact,
  endOf,
  lackOf,
  lapseOf,
  lookedOf,
  mayGiveAgain,
  notPartOf,
  periodOf,
  reachOf,
  relayName,
  servedWhen,
  subjectOf,
  type Titles,
  titleOf,
  titleOfGrant,
  titlesOf,
  whoOf,
} from './words.ts';

export function GrantPage({ of, grants, streams }: SharingState & { of: string }) {
  const { sharing } = words.value;
  const grant = grants.find(({ id }) => id === of);
  if (!grant)
    return (
      <div class="card">
        <Empty icon="question" title={sharing.noSuchGrant}>
          <a class="button" href="#/sharing">
            {sharing.title}
          </a>
        </Empty>
      </div>
    );
  const titles = titlesOf(streams);
  return (
    <>
      <header class="page-head">
        <div>
          <a class="small" href="#/sharing">
            ← {sharing.title}
          </a>
          <h1>{titleOfGrant(grant)}</h1>
          <p class="quiet">{subjectOf(grant, titles)}</p>
          <p class="row">
            <StateChip grant={grant} />
            <span>{capital(endOf(grant))}</span>
          </p>
        </div>
        <div class="actions">
          <StopButtons grant={grant} all={allOfName(grants, grant)} titles={titles} />
        </div>
      </header>
      {mayGiveAgain(grant) && <Again grant={grant} />}
      <Consent grant={grant} streams={streams} titles={titles} />
      {grant.state === 'active' && <Eyes grant={grant} titles={titles} />}
      {grant.lock?.claim && grant.state === 'active' && <Claim grant={grant} />}
      {grant.how === 'link' && grant.state === 'active' && <LinkAgain grant={grant} />}
      {grant.filed.length > 0 && <Filed grant={grant} />}
      <Served grant={grant} titles={titles} />
    </>
  );
}

/** This share, and with it all that the same name has. */
function StopButtons({ grant, all, titles }: { grant: GrantInfo; all: readonly GrantInfo[]; titles: Titles }) {
  const { sharing } = words.value;
  const stopping = useSignal<'none' | 'this' | 'all'>('none');
  const close = () => {
    stopping.value = 'none';
  };
  const button = (which: 'this' | 'all', text: string) => (
    <Button
      kind="stop"
      icon="stop"
      onPress={() => {
        stopping.value = which;
      }}
    >
      {text}
    </Button>
  );
  const isOpen = grant.state === 'active';
  return (
    <>
      {isOpen && button('this', sharing.stop)}
      {isOpen && all.length > 1 && button('all', sharing.stopAllOf(all.length, grant.to))}
      {stopping.value === 'this' && <StopDialog grant={grant} titles={titles} onClose={close} />}
      {stopping.value === 'all' && <StopAllOf grants={all} who={grant.to} titles={titles} onClose={close} />}
    </>
  );
}

function Consent(props: { grant: GrantInfo; streams: readonly StreamInfo[]; titles: Titles }) {
  const { grant, streams, titles } = props;
  const { sharing, facts } = words.value;
  const relayWords = (state: GrantInfo['relays'][number]['state']) =>
    state === 'pending' && grant.state === 'active' ? sharing.relays.servingPending : sharing.relays[state];
  return (
    <section class="card stack">
      <dl class="facts">
        <dt>{facts.canRead}</dt>
        <dd>
          <strong>{capital(reachOf(grant))}</strong>
        </dd>
        <WhatAndWhich grant={grant} titles={titles} />
        <IsWhole grant={grant} streams={streams} />
        <dt>{sharing.ends}</dt>
        <dd>
          <strong>{endFact(grant)}</strong>
          <Lapse grant={grant} />
        </dd>
        <dt>{sharing.given}</dt>
        <dd>{moment(grant.issuedMicros)}</dd>
        <dt>{sharing.asWhom}</dt>
        <dd>{givenName(grant.as) || sharing.asNobody}</dd>
        {grant.purpose !== '' && (
          <>
            <dt>{sharing.purpose}</dt>
            <dd>{grant.purpose}</dd>
          </>
        )}
        {grant.recipient !== null && (
          <>
            <dt>{sharing.address}</dt>
            <dd class="anywhere">{grant.recipient}</dd>
          </>
        )}
        <dt>{sharing.places}</dt>
        <dd>
          {placesOf(grant).map(({ name, state }) => (
            <div key={`${name}/${state}`} class="row">
              <span class="anywhere">{name}</span>
              <span class={`chip ${state === 'pending' ? 'caution' : state === 'serving' ? 'sharing' : 'good'}`}>
                {relayWords(state)}
              </span>
            </div>
          ))}
        </dd>
      </dl>
      {grant.sentence !== undefined && (
        <div>
          <p class="caption">{words.value.consent.history.words}</p>
          <p class="share-sentence">{grant.sentence}</p>
        </div>
      )}
      <p class="caption">{zoneLine()}</p>
      {grant.mayFile && (
        <Notice tone="sharing" icon="file">
          {sharing.mayFile}
        </Notice>
      )}
      {grant.classicOnly && <Notice tone="caution">{sharing.classic}</Notice>}
    </section>
  );
}

/** Whether all of it lies ready, and what she did not put into it. */
function IsWhole({ grant, streams }: { grant: GrantInfo; streams: readonly StreamInfo[] }) {
  const { lack, notPart } = words.value.sharing;
  const said = lackOf(grant, streams);
  if (grant.state !== 'active') return null;
  return (
    <>
      {said !== '' && (
        <>
          <dt>{lack.label}</dt>
          <dd>{said}</dd>
        </>
      )}
      <dt>{notPart.label}</dt>
      <dd>{notPartOf(grant)}</dd>
    </>
  );
}

/** When it ends before for want of a look, and what counts as one. */
function Lapse({ grant }: { grant: GrantInfo }) {
  const lapse = lapseOf(grant);
  if (lapse === '') return null;
  return (
    <>
      <div>{capital(lapse)}</div>
      <div class="small quiet">
        {lookedOf(grant)}. {words.value.consent.idle.hint}
      </div>
    </>
  );
}

/** What it opens, and of which time. */
function WhatAndWhich({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { sharing, share } = words.value;
  return (
    <>
      <dt>{sharing.what}</dt>
      <dd>
        {grant.records && <div>{capital(subjectOf({ ...grant, streams: [], purpose: '' }, titles))}</div>}
        {grant.streams.map(({ key, level }) => (
          <div key={key}>{share.as(titleOf(titles, grant, key), share.levelWords[level])}</div>
        ))}
      </dd>
      <dt>{sharing.which}</dt>
      <dd>
        {periodOf(grant)}
        {grant.records && grant.streams.length > 0 && (
          <div>
            {words.value.consent.given.title}:{' '}
            {recordsTime(grant.recordsFromMicros ?? null, grant.recordsToMicros ?? null)}
          </div>
        )}
      </dd>
    </>
  );
}

/** Two meeting points that people know as one are one. */
function placesOf({ relays }: GrantInfo): { name: string; state: GrantInfo['relays'][number]['state'] }[] {
  const places = new Map(
    relays.map(({ url, state }) => [`${relayName(url)}/${state}`, { name: relayName(url), state }]),
  );
  return [...places.values()];
}

function LinkAgain({ grant }: { grant: GrantInfo }) {
  const { sharing } = words.value;
  const link = useSignal<string | null>(null);
  const failed = useSignal('');
  const show = async () => {
    try {
      link.value = (await call('grants.link', { grant: grant.id })).link;
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <section class="card stack">
      {link.value === null ? (
        <div>
          <Button icon="link" onPress={show}>
            {sharing.showLink}
          </Button>
        </div>
      ) : (
        <LinkToHandOver link={link.value} warning={grant.lock ? sharing.linkLocked : sharing.linkSecret} />
      )}
      <Fault text={failed.value} />
    </section>
  );
}

/** Of a share of health records alone there are no readings to be counted. */
const filedWords = (readings: number): string =>
  readings === 0 ? words.value.consent.given.title : words.value.frame.readings(readings);

function Filed({ grant }: { grant: GrantInfo }) {
  const { sharing } = words.value;
  return (
    <section class="card stack">
      <h2>{sharing.filedTitle}</h2>
      <ul class="list">
        {grant.filed.map(({ atMicros, readings, hash, documentHash }) => (
          <li key={hash}>
            <span>{sharing.filed(capital(whoOf(grant)), filedWords(readings), day(atMicros))}</span>
            <span class="caption anywhere">{sharing.filedHash(hash)}</span>
            {documentHash !== null && <span class="caption anywhere">{sharing.filedDocument(documentHash)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** By hour, relay and series; newest first. */
function servedRows({ served }: GrantInfo): GrantInfo['served'] {
  const rows = new Map<string, GrantInfo['served'][number]>();
  for (const each of served) {
    const name = `${each.hourMicros}/${each.relay}/${each.stream}`;
    const row = rows.get(name);
    rows.set(name, row ? { ...row, tiles: row.tiles + each.tiles, bytes: row.bytes + each.bytes } : each);
  }
  return [...rows.values()].sort((a, b) => b.hourMicros - a.hourMicros);
}

function Served({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { sharing } = words.value;
  const rows = servedRows(grant);
  return (
    <section class="card stack">
      <div>
        <h2>{sharing.servedTitle}</h2>
        <p class="small quiet">{sharing.servedText}</p>
      </div>
      {rows.length === 0 ? (
        <p>{sharing.servedNone}</p>
      ) : (
        <TableScroll label={sharing.servedTitle}>
          <table>
            <thead>
              <tr>
                <th scope="col">{sharing.hour}</th>
                <th scope="col">{sharing.series}</th>
                <th scope="col">{sharing.from}</th>
                <th scope="col" class="number">
                  {sharing.amount}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ relay, hourMicros, stream, bytes: size }) => (
                <tr key={`${relay}/${hourMicros}/${stream}`}>
                  <td>{servedWhen(hourMicros, grant, Date.now() * 1000)}</td>
                  <td>{titleOf(titles, grant, stream)}</td>
                  <td>{relayName(relay)}</td>
                  <td class="number">{bytes(size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </section>
  );
}
