// Who was offered to this home: to have alone, or to care for together; what was taken up; and who cares for the owner herself.
import type { CustodyOfferInfo, FormerGrantInfo, OfferInfo, TakenInfo } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { useKnownNames } from '../../app/known-names.ts';
import { call, loadSubjects } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { named } from '../../words/kinds.ts';
import { day } from '../../words/numbers.ts';
import { givenName, shortAddress } from '../../words/people.ts';
import { type Titles, titleOf, titleOfGrant, titlesOf } from '../sharing/words.ts';
import { useAttempt } from './attempt.ts';
import { CustodianList } from './care.tsx';
import { SeenList } from './seen.tsx';

const REFRESH_MILLIS = 15_000;

export function Offers() {
  const { care } = words.value;
  const asked = useAsked(async () => {
    const [handed, together, streams] = await Promise.all([
      call('subject.offers', {}, { isIdle: true }),
      call('custody.offers', {}, { isIdle: true }),
      call('streams', {}, { isIdle: true }),
    ]);
    return { ...handed, together, titles: titlesOf(streams.map(named)) };
  });
  useTicks(REFRESH_MILLIS, asked.again);
  const all = asked.value.value;
  if (all === null) return null;
  const { offers, taken, canBeMe, together } = all;
  return (
    <>
      {offers.length + together.length > 0 && (
        <section class="card stack" aria-label={care.offers}>
          <h2 class="matter">{care.offers}</h2>
          <p class="small quiet">{care.offerHint}</p>
          {offers.map((offer) => (
            <Offer key={offer.offer} offer={offer} kind="hand" canBeMe={canBeMe && isPerson(offer)} />
          ))}
          {together.map((offer) => (
            <Offer key={offer.offer} offer={offer} kind="care" canBeMe={false} />
          ))}
        </section>
      )}
      {taken
        .filter(({ state, formerGrants }) => state !== 'done' || formerGrants.length > 0)
        .map((each) => (
          <Taken key={each.subject.id} taken={each} titles={all.titles} />
        ))}
      <CareOfMe />
    </>
  );
}

/** An animal is nobody's self. */
const isPerson = ({ species }: OfferInfo): boolean => species === null || species === 'human';

/** Asked by itself: where the relays of those who care are away, offers are shown all the same. */
function CareOfMe() {
  const { care } = words.value;
  const asked = useAsked(() => call('custody.mine', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const { state, value } = asked.value;
  if (value === null) return state === 'failed' ? <Notice tone="caution">{care.mineAway}</Notice> : null;
  return (
    <>
      {value.map((seen) => (
        <section class="card stack" key={seen.from} aria-label={care.mine}>
          <div class="stack tight">
            <h2 class="matter">{care.mine}</h2>
            <p class="small quiet">{care.mineFrom(shortAddress(seen.from))}</p>
          </div>
          <CustodianList custodians={seen.custodians} />
          <SeenList seen={seen} />
        </section>
      ))}
    </>
  );
}

/** A child that comes of age takes up herself. */
function WhoIsIt({ who }: { who: Signal<'me' | 'other' | null> }) {
  const { care } = words.value;
  return (
    <Choices
      label={care.whoIsIt}
      value={who.value}
      options={[
        { value: 'me', title: care.isMe[0], hint: care.isMe[1] },
        { value: 'other', title: care.isOther[0], hint: care.isOther[1] },
      ]}
      onValue={(value) => {
        who.value = value;
      }}
    />
  );
}

/** As people read letters to each other. */
const inGroups = (npub: string): string => npub.match(/^npub1|.{1,4}/g)?.join(' ') ?? npub;

/** By which name she knows who asks; of somebody unknown the address, to be compared before a yes. */
function WhoAsks(props: { from: string; name: string; isCompared: boolean; onCompared: (value: boolean) => void }) {
  const { care } = words.value;
  if (props.name !== '') return <p>{care.knownAs(props.name)}</p>;
  return (
    <>
      <Notice tone="caution">
        <div class="stack tight">
          <p>{care.unknownAsker}</p>
          <code class="piece" translate={false}>
            {inGroups(props.from)}
          </code>
        </div>
      </Notice>
      <Check title={care.compared} value={props.isCompared} onValue={props.onCompared} />
    </>
  );
}

function Offer(props: { offer: OfferInfo | CustodyOfferInfo; kind: 'hand' | 'care'; canBeMe: boolean }) {
  const { offer, kind, canBeMe } = props;
  const { care, settings } = words.value;
  const name = useSignal(offer.name);
  const who = useSignal<'me' | 'other' | null>(canBeMe ? null : 'other');
  const { failed, attempt } = useAttempt();
  const isHand = kind === 'hand';
  const from = useKnownNames()(offer.from);
  const isCompared = useSignal(false);
  const isUnsure = from === '' && !isCompared.value;
  const accept = () =>
    attempt(async () => {
      const wish = { offer: offer.offer, name: name.value.trim() };
      if (!isHand) await call('custody.accept', wish);
      else if (who.value === 'me') await call('subject.take', { offer: offer.offer, asMe: true });
      else await call('subject.take', wish);
      await loadSubjects();
    });
  const decline = () => attempt(() => call(isHand ? 'subject.decline' : 'custody.decline', { offer: offer.offer }));
  return (
    <article class="stack offer" aria-label={offer.name}>
      <h3 class="small-head">
        <Icon name="person" /> {isHand ? care.offerHand(offer.name) : care.offerCare(offer.name)}
      </h3>
      <p class="caption">
        {[
          care.offerFrom(shortAddress(offer.from), day(offer.cameMicros)),
          ...(offer.species ? [settings.speciesOf[offer.species]] : []),
        ].join(' · ')}
      </p>
      <WhoAsks
        from={offer.from}
        name={from}
        isCompared={isCompared.value}
        onCompared={(value) => {
          isCompared.value = value;
        }}
      />
      {canBeMe && <WhoIsIt who={who} />}
      {who.value === 'other' && (
        <TextField
          label={care.callThem}
          value={name.value}
          input={{ autocomplete: 'off', maxLength: 80 }}
          onValue={(value) => {
            name.value = value;
          }}
        />
      )}
      <Fault text={failed.value} />
      <div class="actions">
        <Button
          kind="main-action"
          disabled={isUnsure || who.value === null || (who.value === 'other' && name.value.trim() === '')}
          onPress={accept}
        >
          {isHand ? care.accept : care.acceptCare}
        </Button>
        <Button onPress={decline}>{care.decline}</Button>
      </div>
    </article>
  );
}

const whoseShare = ({ to, recipient }: FormerGrantInfo): string =>
  titleOfGrant({ to, recipient, how: recipient === null ? 'link' : 'key' });

/** Series by their titles, parts of the health records by their names. */
function openedBy({ streams, records: parts }: FormerGrantInfo, subject: string, titles: Titles): string {
  const { records, consent } = words.value;
  const told = parts.map((each) => records.categories[each]).join(', ');
  return [
    ...streams.map(({ key }) => titleOf(titles, { subject }, key)),
    ...(told === '' ? [] : [consent.check.parts(told)]),
  ].join(', ');
}

function Taken({ taken: { subject, state, formerGrants }, titles }: { taken: TakenInfo; titles: Titles }) {
  const { care, frame } = words.value;
  const name = givenName(subject.name) || frame.me;
  return (
    <section class="card stack" aria-label={name}>
      <div class="stack tight">
        <h2 class="matter">{name}</h2>
        <p class="small">{care.takenStates[state]}</p>
      </div>
      {formerGrants.length > 0 && (
        <div class="stack tight">
          <h3 class="small-head">{care.former}</h3>
          <ul class="said small">
            {formerGrants.map((former, at) => (
              <li key={`${former.to}-${at}`}>
                {care.formerRow(whoseShare(former), openedBy(former, subject.name, titles))}
              </li>
            ))}
          </ul>
          <p class="small quiet">{care.formerText}</p>
        </div>
      )}
    </section>
  );
}
