// Who opened the card, and what she says to it: was it right? What waits for a word of hers stands first.
import type { EmergencyOpeningInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { type KnownName, useKnownNames } from '../../app/known-names.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { day, moment } from '../../words/numbers.ts';
import { shortAddress } from '../../words/people.ts';
import { useAttempt } from '../people/attempt.ts';

export function Openings({ openings }: { openings: readonly EmergencyOpeningInfo[] }) {
  const { ownCard } = words.value;
  const newest = openings.toSorted((a, b) => b.atMicros - a.atMicros);
  const [waiting, reviewed] = [newest.filter(({ review }) => !review), newest.filter(({ review }) => review)];
  if (newest.length === 0) return null;
  return (
    <section class="stack" aria-label={ownCard.openings}>
      <h2>{ownCard.openings}</h2>
      {waiting.map((opening) => (
        <Opening key={opening.id} opening={opening} />
      ))}
      {reviewed.length > 0 && (
        <ul class="card list">
          {reviewed.map((opening) => (
            <li key={opening.id}>
              <Reviewed opening={opening} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function whoOpened({ name, institution, reason }: EmergencyOpeningInfo): string {
  const { ownCard } = words.value;
  return reason === null ? ownCard.whoUnknown : ownCard.whoPlace(name, institution);
}

export function whyOpened({ reason, why }: EmergencyOpeningInfo): string {
  if (reason === null) return '';
  const said = words.value.emergency.reasons[reason];
  if (why === '') return said;
  return reason === 'other' ? `“${why}”` : `${said}: “${why}”`;
}

/** What stands behind the name that somebody typed. */
function proofOf({ npub, factor }: EmergencyOpeningInfo, known: KnownName): string[] {
  const { proofs } = words.value.ownCard;
  const by =
    factor === 'pin'
      ? [proofs.pin]
      : factor === 'none'
        ? []
        : [`${proofs.institution} (${known(factor) || shortAddress(factor)})`];
  const name = known(npub);
  const signed = npub === '' ? [] : [`${proofs.key} (${shortAddress(npub)}).`];
  // Nobody but her can say whose key it is.
  const who = npub === '' ? [proofs.none] : name === '' ? [] : [proofs.knownKey(name)];
  return [...by, ...signed, ...who, ...(name === '' && by.length === (factor === 'pin' ? 1 : 0) ? [proofs.call] : [])];
}

function Opening({ opening }: { opening: EmergencyOpeningInfo }) {
  const { ownCard } = words.value;
  const isWrong = useSignal(false);
  const { failed, attempt } = useAttempt();
  const known = useKnownNames();
  const { id, isOpen, isSigned, atMicros, untilMicros } = opening;
  const end = () => call('emergency.end', { opening: id });
  const why = whyOpened(opening);
  return (
    <article class="card stack opening" aria-label={whoOpened(opening)}>
      <h3>
        <Icon name="eye" /> {whoOpened(opening)}
      </h3>
      <dl class="facts">
        {why !== '' && (
          <>
            <dt>{ownCard.why}</dt>
            <dd>{why}</dd>
          </>
        )}
        <dt>{ownCard.when}</dt>
        <dd>
          {moment(atMicros)}
          <div class="caption">
            {isOpen ? ownCard.opensUntil(moment(untilMicros)) : ownCard.openedUntil(moment(untilMicros))}
          </div>
        </dd>
        <dt>{ownCard.proof}</dt>
        <dd>
          {proofOf(opening, known).map((text) => (
            <div key={text}>{text}</div>
          ))}
          {!isSigned && <div>{ownCard.notSigned}</div>}
        </dd>
      </dl>
      <Fault text={failed.value} />
      {isWrong.value ? (
        <NotRight
          isOpen={isOpen}
          save={(text) => attempt(() => call('emergency.review', { opening: id, right: false, text }))}
          close={() => {
            isWrong.value = false;
          }}
        />
      ) : (
        <Answers
          isOpen={isOpen}
          right={() => attempt(() => call('emergency.review', { opening: id, right: true }))}
          wrong={async () => {
            isWrong.value = true;
            // What cannot wait for words of hers.
            if (isOpen) await attempt(end);
          }}
          end={() => attempt(end)}
        />
      )}
    </article>
  );
}

/** What she can say to it, and what each answer does. */
function Answers(props: {
  isOpen: boolean;
  right: () => Promise<unknown>;
  wrong: () => Promise<unknown>;
  end: () => Promise<unknown>;
}) {
  const { ownCard } = words.value;
  const { isOpen, right, wrong, end } = props;
  return (
    <div class="stack tight">
      <strong class="small">{ownCard.reviewTitle}</strong>
      <div class="actions">
        <Button icon="check" onPress={right}>
          {ownCard.right}
        </Button>
        <Button onPress={wrong}>{ownCard.notRight}</Button>
        {isOpen && (
          <Button kind="stop" icon="stop" onPress={end}>
            {ownCard.endNow}
          </Button>
        )}
      </div>
      <ul class="said small quiet">
        <li>{ownCard.rightDoes}</li>
        <li>{ownCard.notRightDoes(isOpen)}</li>
        {isOpen && <li>{ownCard.endDoes}</li>}
      </ul>
    </div>
  );
}

function NotRight({
  isOpen,
  save,
  close,
}: {
  isOpen: boolean;
  save: (text: string) => Promise<unknown>;
  close: () => void;
}) {
  const { ownCard, frame } = words.value;
  const text = useSignal('');
  return (
    <div class="stack">
      <div class="stack tight small">
        <p>{isOpen ? ownCard.notEnded : ownCard.ended}</p>
        <p>{ownCard.complain}</p>
      </div>
      <TextField
        area
        label={ownCard.notRightLabel}
        hint={ownCard.notRightHint}
        value={text.value}
        input={{ maxLength: 1000, autofocus: true }}
        onValue={(value) => {
          text.value = value;
        }}
      />
      <div class="actions">
        <Button kind="main-action" disabled={text.value.trim() === ''} onPress={() => save(text.value)}>
          {ownCard.saveReview}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

function Reviewed({ opening }: { opening: EmergencyOpeningInfo }) {
  const { ownCard } = words.value;
  const { atMicros, review } = opening;
  if (review === null) return null;
  const on = day(review.atMicros);
  return (
    <div>
      <strong>{whoOpened(opening)}</strong> <span class="caption">{moment(atMicros)}</span>
      <p class="small">{whyOpened(opening)}</p>
      <p class="small quiet">{review.right ? ownCard.wasRight(on) : ownCard.wasWrong(on, review.text)}</p>
      {!review.right && <p class="small quiet">{ownCard.complain}</p>}
    </div>
  );
}
