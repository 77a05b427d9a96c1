// Who was offered to this home: to have alone, or to care for together; what was taken up; and who cares for the owner herself.
import type { CustodyOfferInfo, OfferInfo, TakenInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { call, loadSubjects } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { givenName, shortAddress } from '../../words/people.ts';
import { useAttempt } from './attempt.ts';
import { CustodianList } from './care.tsx';
import { SeenList } from './seen.tsx';

const REFRESH_MILLIS = 15_000;

export function Offers() {
  const { care } = words.value;
  const asked = useAsked(async () => {
    const [{ offers, taken }, together, mine] = await Promise.all([
      call('subject.offers', {}, { isIdle: true }),
      call('custody.offers', {}, { isIdle: true }),
      call('custody.mine', {}, { isIdle: true }),
    ]);
    return { offers, taken, together, mine };
  });
  useTicks(REFRESH_MILLIS, asked.again);
  const all = asked.value.value;
  if (all === null) return null;
  const { offers, taken, together, mine } = all;
  return (
    <>
      {offers.length + together.length > 0 && (
        <section class="card stack" aria-label={care.offers}>
          <h2 class="matter">{care.offers}</h2>
          <p class="small quiet">{care.offerHint}</p>
          {offers.map((offer) => (
            <Offer key={offer.offer} offer={offer} kind="hand" />
          ))}
          {together.map((offer) => (
            <Offer key={offer.offer} offer={offer} kind="care" />
          ))}
        </section>
      )}
      {taken
        .filter(({ state, formerGrants }) => state !== 'done' || formerGrants.length > 0)
        .map((each) => (
          <Taken key={each.subject.id} taken={each} />
        ))}
      {mine.map((seen) => (
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

function Offer({ offer, kind }: { offer: OfferInfo | CustodyOfferInfo; kind: 'hand' | 'care' }) {
  const { care, settings } = words.value;
  const name = useSignal(offer.name);
  const { failed, attempt } = useAttempt();
  const isHand = kind === 'hand';
  const accept = () =>
    attempt(async () => {
      const wish = { offer: offer.offer, name: name.value.trim() };
      await (isHand ? call('subject.take', wish) : call('custody.accept', wish));
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
      <TextField
        label={care.callThem}
        value={name.value}
        input={{ autocomplete: 'off', maxLength: 80 }}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" disabled={name.value.trim() === ''} onPress={accept}>
          {isHand ? care.accept : care.acceptCare}
        </Button>
        <Button onPress={decline}>{care.decline}</Button>
      </div>
    </article>
  );
}

function Taken({ taken: { subject, state, formerGrants } }: { taken: TakenInfo }) {
  const { care } = words.value;
  return (
    <section class="card stack" aria-label={subject.name}>
      <div class="stack tight">
        <h2 class="matter">{givenName(subject.name) || subject.name}</h2>
        <p class="small">{care.takenStates[state]}</p>
      </div>
      {formerGrants.length > 0 && (
        <div class="stack tight">
          <h3 class="small-head">{care.former}</h3>
          <ul class="said small">
            {formerGrants.map(({ to, streams }, at) => (
              <li key={`${to}-${at}`}>{care.formerRow(to, streams.map(({ key }) => key).join(', '))}</li>
            ))}
          </ul>
          <p class="small quiet">{care.formerText}</p>
        </div>
      )}
    </section>
  );
}
