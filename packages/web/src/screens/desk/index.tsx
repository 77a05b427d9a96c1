// The desk: who shares with this person, what is new and what ends soon, and the address by which others can.
import type { InboxItem } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { CopyText } from '../../ui/copy.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Qr } from '../../ui/qr.tsx';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { age } from '../../words/numbers.ts';
import { DeskPage, measuredOf } from './page.tsx';
import { endsOf, nameOf, originOf, titlesOf } from './words.ts';

const REFRESH_MILLIS = 60_000;
/** Fewer need no search. */
const SEARCH_FROM = 6;
const SOON_MICROS = 7 * 86_400e6;
const GROUPS = ['fresh', 'ending', 'open', 'away', 'over'] as const;
type Group = (typeof GROUPS)[number];

export function Desk({ of }: { of: string }) {
  return <div class="page">{of === '' ? <DeskList /> : <DeskPage of={of} />}</div>;
}

export function groupOf({ state, untilMicros }: InboxItem, nowMicros: number): Group {
  if (state === 'new') return 'fresh';
  if (state === 'unreachable') return 'away';
  if (state !== 'active') return 'over';
  return untilMicros !== null && untilMicros - nowMicros < SOON_MICROS ? 'ending' : 'open';
}

function DeskList() {
  const search = useSignal('');
  // What was seen before stands at once; the relays are asked meanwhile.
  const known = useAsked((signal) => call('inbox', { known: true }, { signal, isIdle: true }));
  const asked = useAsked((signal) => call('inbox', {}, { signal, isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const shown = asked.value.value === null && asked.value.state === 'loading' ? known : asked;
  const { desk, room } = words.value;
  return (
    <Answer asked={shown.value} again={asked.again}>
      {(items) => (
        <>
          <header class="page-head">
            <div>
              <h1>{desk.title}</h1>
              <p class="quiet">{desk.lead(items.length)}</p>
            </div>
            <div class="actions">
              <a class="button main-action" href="#/room">
                <Icon name="people" />
                {room.title}
              </a>
            </div>
          </header>
          {items.length >= SEARCH_FROM && (
            <TextField
              label={desk.search}
              type="search"
              value={search.value}
              input={{ autocomplete: 'off', maxLength: 60 }}
              onValue={(value) => {
                search.value = value;
              }}
            />
          )}
          {items.length === 0 ? (
            <div class="card">
              <Empty icon="desk" title={desk.emptyTitle} text={desk.emptyText} />
            </div>
          ) : (
            <Groups items={items.filter((item) => isFound(item, search.value))} />
          )}
          <Address />
        </>
      )}
    </Answer>
  );
}

function isFound(item: InboxItem, search: string): boolean {
  const text = `${nameOf(item)} ${item.from} ${item.what} ${titlesOf(item).join(' ')} ${item.purpose}`.toLowerCase();
  return text.includes(search.trim().toLowerCase());
}

function Groups({ items }: { items: readonly InboxItem[] }) {
  const { desk } = words.value;
  const now = Date.now() * 1000;
  if (items.length === 0) return <p class="quiet">{desk.noneFound}</p>;
  return (
    <>
      {GROUPS.map((group) => {
        const here = items.filter((item) => groupOf(item, now) === group);
        if (here.length === 0) return null;
        return (
          <section class="stack" key={group}>
            <h2>{desk.groups[group]}</h2>
            <ul class="card list">
              {here.map((item) => (
                <DeskRow key={item.grant} item={item} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function DeskRow({ item }: { item: InboxItem }) {
  const { desk } = words.value;
  const titles = titlesOf(item);
  const isOpen = item.state === 'active' || item.state === 'unreachable';
  return (
    <li class="grant-row">
      <span class="grant-face">
        <Icon name="person" />
      </span>
      <div class="grant-text">
        <strong>{nameOf(item)}</strong>
        {titles.length > 0 && (
          <span class="small">
            {titles.slice(0, 5).join(', ')}
            {item.fromMicros > 0 && ` · ${measuredOf(item)}`}
          </span>
        )}
        <span class="small">
          {desk.states[item.state]}
          {isOpen && titles.length > 0 && (
            <>
              {' · '}
              <strong>{endsOf(item)}</strong>
            </>
          )}
        </span>
        {item.purpose !== '' && <span class="small quiet">{item.purpose}</span>}
        {(item.receivedMicros ?? 0) > 0 && (
          <span class="caption">
            {originOf(item)} · {desk.received(age(item.receivedMicros ?? 0, Date.now() * 1000))}
          </span>
        )}
      </div>
      <div class="actions">
        <a class="button" href={`#/desk/${item.grant}`}>
          {desk.openIt}
        </a>
      </div>
    </li>
  );
}

function Address() {
  const { desk } = words.value;
  const isCode = useSignal(false);
  const asked = useAsked((signal) => call('whoami', {}, { signal, isIdle: true }));
  return (
    <section class="card stack">
      <div>
        <h2>{desk.addressTitle}</h2>
        <p class="small quiet">{desk.addressText}</p>
      </div>
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {({ npub }) => (
          <>
            {isCode.value && <Qr text={npub} label={desk.qrLabel} />}
            <CopyText label={desk.addressTitle} text={npub} rows={2} />
            <div>
              <Button
                icon="eye"
                onPress={() => {
                  isCode.value = !isCode.value;
                }}
              >
                {isCode.value ? desk.hideCode : desk.showCode}
              </Button>
            </div>
          </>
        )}
      </Answer>
    </section>
  );
}
