// Stopping one share, or everything: asked once, with who reads what until when, and with what can and what cannot be taken back.
import type { GrantInfo, OpenDoors, RevokedAll } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { asHomeError, changed } from '../../app/asking.ts';
import { ownNode } from '../../app/home-link.ts';
import { call, link, noteStopped, session } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { givenName } from '../../words/people.ts';
import { ShareLines } from './readers.tsx';
import { capital, endFact, periodOf, reachOf, relayName, type Titles, titleOfGrant, whatOf } from './words.ts';

/** What is about to be stopped: two shares of one name are told apart by the rest. */
function What({ grant, titles }: { grant: GrantInfo; titles: Titles }) {
  const { facts, sharing } = words.value;
  return (
    <dl class="facts">
      <dt>{facts.canRead}</dt>
      <dd>{capital(reachOf(grant))}</dd>
      <dt>{sharing.what}</dt>
      <dd>{whatOf(grant, titles)}</dd>
      <dt>{sharing.which}</dt>
      <dd>{periodOf(grant)}</dd>
      <dt>{sharing.ends}</dt>
      <dd>{endFact(grant)}</dd>
    </dl>
  );
}

export function StopDialog(props: { grant: GrantInfo; titles: Titles; onClose: () => void }) {
  const { grant, titles, onClose } = props;
  const { sharing, frame } = words.value;
  const failed = useSignal('');
  const ended = useSignal<GrantInfo | null>(null);
  const stop = async () => {
    try {
      ended.value = await call('revoke', { grant: grant.id });
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  const close = () => {
    onClose();
    if (ended.value) changed();
  };
  const pending = (ended.value?.relays ?? [])
    .filter(({ state }) => state === 'pending')
    .map(({ url }) => relayName(url));
  return (
    <Dialog title={ended.value ? sharing.stopped : sharing.stopTitle(titleOfGrant(grant))} onClose={close}>
      <What grant={ended.value ?? grant} titles={titles} />
      {ended.value && pending.length > 0 && (
        <Notice tone="caution">{sharing.stoppedPending(pending.join(', '))}</Notice>
      )}
      <p>{stopTextOf(grant)}</p>
      <Fault text={failed.value} />
      <div class="actions">
        {ended.value ? (
          <Button onPress={close}>{frame.close}</Button>
        ) : (
          <>
            <Button kind="stop" icon="stop" onPress={stop}>
              {sharing.stop}
            </Button>
            <Button kind="bare" onPress={onClose}>
              {frame.cancel}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** What stopping does, exactly: a link opens no more; what a home has fetched, and a file, are out of reach. */
function stopTextOf(grant: GrantInfo): string {
  const { sharing, facts } = words.value;
  if (grant.how !== 'link') return sharing.stopTextPerson;
  return reachOf(grant) === facts.anyoneFile ? sharing.stopTextFile : sharing.stopTextLink;
}

/** Everything that one name has open, one after the other. */
export function StopAllOf(props: { grants: readonly GrantInfo[]; who: string; titles: Titles; onClose: () => void }) {
  const { who, titles, onClose } = props;
  // As they were when she asked: what has ended meanwhile stays in sight.
  const [grants] = useState(props.grants);
  const { sharing, frame } = words.value;
  const failed = useSignal('');
  const isDone = useSignal(false);
  const texts = [...new Set(grants.map(stopTextOf))];
  const close = () => {
    onClose();
    changed();
  };
  const stop = async () => {
    const left: string[] = [];
    for (const grant of grants)
      await call('revoke', { grant: grant.id }).catch((error: unknown) => left.push(asHomeError(error).message));
    if (left.length > 0) failed.value = `${sharing.allFailed(`${left.length}/${grants.length}`)} ${sentence(left[0])}`;
    isDone.value = left.length === 0;
  };
  return (
    <Dialog
      title={isDone.value ? sharing.stopped : sharing.stopAllTitle(sharing.shares(grants.length), who)}
      onClose={close}
    >
      <ShareLines grants={grants} titles={titles} />
      {texts.map((text) => (
        <p key={text}>{text}</p>
      ))}
      <Fault text={failed.value} />
      <div class="actions">
        {isDone.value ? (
          <Button onPress={close}>{frame.close}</Button>
        ) : (
          <>
            <Button kind="stop" icon="stop" onPress={stop}>
              {sharing.stopAllOf(grants.length, who)}
            </Button>
            <Button kind="bare" onPress={close}>
              {frame.cancel}
            </Button>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** The browser at home that stops everything stays open; a phone away goes with the others. */
function ownSession(): { keepSession?: string } {
  const own = typeof session.value === 'object' ? session.value.session : null;
  return own ? { keepSession: own.id } : {};
}

/** Each share that ends: what is counted is what stands below. */
function Ended({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  const { sharing } = words.value;
  return (
    <>
      <p>
        <strong>{sharing.allEnd(sharing.shares(grants.length))}</strong>
      </p>
      <ShareLines grants={grants} titles={titles} />
    </>
  );
}

export const cardNames = ({ cards }: OpenDoors): string[] =>
  cards.map((name) => words.value.ownCard.title(givenName(name)));
export const linkNames = ({ links }: OpenDoors): string[] => links.map(words.value.sharing.healthLink);

/** What ends beside the shares, and what does not. */
function Doors(props: { doors: OpenDoors; keepCards: boolean; onKeepCards: (value: boolean) => void }) {
  const { doors, keepCards, onKeepCards } = props;
  const { sharing } = words.value;
  const cards = cardNames(doors).join(', ');
  return (
    <>
      {doors.links.length > 0 && <p>{sharing.allLinks(linkNames(doors).join(', '))}</p>}
      {cards !== '' && (
        <>
          <p>{keepCards ? sharing.allCardsStay(cards) : sharing.allCards(cards)}</p>
          <Check title={sharing.allKeepCards} hint={sharing.allKeepCardsHint} value={keepCards} onValue={onKeepCards} />
        </>
      )}
      {doors.readers.length > 0 && <p class="small quiet">{sharing.allReaders(doors.readers.join(', '))}</p>}
    </>
  );
}

/** What was done, and the relays that have not heard of it. */
export interface StoppedAll {
  text: string;
  pending: string;
}

function stoppedAll({ ended, cards, links, sessions }: RevokedAll): StoppedAll {
  const { sharing } = words.value;
  const relays = [
    ...ended.flatMap((grant) => grant.relays.filter(({ state }) => state === 'pending').map(({ url }) => url)),
    ...cards.flatMap(({ pending }) => pending),
  ];
  const pending = [...new Set(relays.map(relayName))].join(', ');
  const text = sharing.allDone([
    sharing.shares(ended.length),
    ...(links.length > 0 ? [sharing.links(links.length)] : []),
    ...(cards.length > 0 ? [sharing.cards(cards.length)] : []),
    sharing.sessions(sessions),
  ]);
  return { text, pending: pending === '' ? '' : sharing.stoppedPending(pending) };
}

/** On a phone away, which is disconnected with the rest: the last that it shows. */
function StoppedAway({ done, failed, onClose }: { done: StoppedAll; failed: string; onClose: () => void }) {
  const { sharing } = words.value;
  return (
    <Dialog title={sharing.stopped} onClose={onClose}>
      <p role="status">
        {done.text} {sharing.allSelfDone}
      </p>
      {done.pending !== '' && <Notice tone="caution">{done.pending}</Notice>}
      <Fault text={failed} />
    </Dialog>
  );
}

/** @param onClose is told what was done, null for nothing */
export function StopEverything(props: {
  grants: readonly GrantInfo[];
  doors: OpenDoors;
  titles: Titles;
  onClose: (said: StoppedAll | null) => void;
}) {
  const { grants, doors, titles, onClose } = props;
  const { sharing, frame } = words.value;
  const typed = useSignal('');
  const failed = useSignal('');
  const done = useSignal<StoppedAll | null>(null);
  const keepCards = useSignal(false);
  const isAway = link.value !== ownNode;
  const isSure = typed.value.trim().toUpperCase() === sharing.allWord;
  const stop = async () => {
    try {
      if (isAway) noteStopped(true);
      const all = await call('revoke.all', { ...ownSession(), keepCards: keepCards.value });
      if (all.failed.length > 0) failed.value = sharing.allFailed(all.failed.map(({ to }) => to).join(', '));
      if (isAway) {
        // Nothing more can be asked from here.
        done.value = stoppedAll(all);
        return;
      }
      changed();
      if (all.failed.length === 0) onClose(stoppedAll(all));
    } catch (error) {
      if (isAway) noteStopped(false);
      failed.value = sentence(asHomeError(error).message);
    }
  };
  const close = () => onClose({ text: sharing.allSelfDone, pending: '' });
  if (done.value) return <StoppedAway done={done.value} failed={failed.value} onClose={close} />;
  return (
    <Dialog title={sharing.allTitle} onClose={() => onClose(null)}>
      {grants.length > 0 && <Ended grants={grants} titles={titles} />}
      <p>{sharing.allText}</p>
      <Doors
        doors={doors}
        keepCards={keepCards.value}
        onKeepCards={(value) => {
          keepCards.value = value;
        }}
      />
      {isAway && <Notice tone="caution">{sharing.allSelf}</Notice>}
      <p class="small quiet">{sharing.allDevices}</p>
      <TextField
        label={sharing.allType(sharing.allWord)}
        value={typed.value}
        input={{ autocomplete: 'off', spellcheck: false, maxLength: 20 }}
        onValue={(value) => {
          typed.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="stop" icon="stop" disabled={!isSure} onPress={stop}>
          {sharing.stopEverything}
        </Button>
        <Button kind="bare" onPress={() => onClose(null)}>
          {frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
