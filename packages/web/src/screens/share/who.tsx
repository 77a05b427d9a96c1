// Step 1: a link, or a person: found by her address, or known from what was shared before.
import type { FoundRecipient, GrantInfo, InboxItem } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { givenName, isKey, personOfKey } from '../../words/people.ts';
import { identityWords } from '../records/said.ts';
import type { StepProps } from './steps.tsx';

const NAME_MAX = 100;

interface Person {
  npub: string;
  name: string;
  by: 'grant' | 'sender';
}

/** Everybody with whom something passed, newest first, each once. */
export function peopleOf(grants: readonly GrantInfo[], inbox: readonly InboxItem[]): Person[] {
  const people = new Map<string, Person>();
  for (const { recipient, to } of [...grants].sort((a, b) => b.issuedMicros - a.issuedMicros))
    if (recipient !== null && !people.has(recipient))
      people.set(recipient, { npub: recipient, name: isKey(to) ? '' : to, by: 'grant' });
  for (const { from, name } of inbox)
    if (isKey(from) && !people.has(from)) people.set(from, { npub: from, name: givenName(name), by: 'sender' });
  return [...people.values()];
}

const isAddress = (text: string): boolean =>
  /^npub1[0-9a-z]{58}$/.test(text) || /^[^\s@]*@[^\s@]+\.[^\s@]+$/.test(text);

export function WhoStep(props: StepProps & { grants: readonly GrantInfo[]; inbox: readonly InboxItem[] }) {
  const { draft, change, next } = props;
  const { share } = words.value;
  const chosen = useSignal<'link' | 'person' | null>(draft.who?.kind ?? null);
  const address = useSignal(draft.who?.kind === 'person' ? draft.who.address : '');
  const wrong = useSignal('');
  const go = async () => {
    if (chosen.value === 'link') {
      change({ who: { kind: 'link' } });
      return next();
    }
    const text = address.value.trim();
    if (!isAddress(text)) {
      wrong.value = share.addressWrong;
      return;
    }
    try {
      const found = await call('share.find', { with: text });
      change({ who: { kind: 'person', address: text, npub: found.npub, postQuantum: found.postQuantum } });
      next();
    } catch (error) {
      wrong.value = wordsOf(asHomeError(error).code) ?? sentence(asHomeError(error).message);
    }
  };
  return (
    <>
      <Choices
        label={share.whoQuestion}
        value={chosen.value}
        onValue={(value) => {
          chosen.value = value;
        }}
        options={[
          { value: 'link', title: share.byLink, hint: share.byLinkHint },
          { value: 'person', title: share.byAddress, hint: share.byAddressHint },
        ]}
      />
      {chosen.value === 'person' && (
        <>
          <People
            people={peopleOf(props.grants, props.inbox)}
            address={address.value}
            onPerson={({ npub, name }) => {
              address.value = npub;
              wrong.value = '';
              if (name !== '') change({ name });
            }}
          />
          <TextField
            label={share.address}
            hint={share.addressHint}
            value={address.value}
            wrong={wrong.value || undefined}
            input={{ autocomplete: 'off', spellcheck: false, maxLength: 320 }}
            onValue={(value) => {
              address.value = value;
              wrong.value = '';
            }}
          />
        </>
      )}
      {chosen.value !== null && <Names {...props} kind={chosen.value} />}
      <div class="actions">
        <Button kind="sharing" disabled={chosen.value === null} onPress={go}>
          {share.next}
        </Button>
      </div>
    </>
  );
}

function wordsOf(code: string): string | null {
  const { share } = words.value;
  if (code === 'not-found') return share.addressUnknown;
  if (code === 'malformed') return share.addressWrong;
  return code === 'unavailable' ? share.addressUnreachable : null;
}

function Names({ draft, change, kind }: StepProps & { kind: 'link' | 'person' }) {
  const { share } = words.value;
  return (
    <div class="stack">
      {kind === 'link' && (
        <div class="stack tight">
          <Check
            title={share.withPin}
            hint={share.withPinHint}
            value={draft.withPin}
            onValue={(withPin) => change({ withPin })}
          />
          <Check
            title={share.claim}
            hint={share.claimHint}
            value={draft.claim}
            onValue={(claim) => change({ claim })}
          />
        </div>
      )}
      <TextField
        label={share.name}
        hint={kind === 'link' ? share.nameHintLink : share.nameHintPerson}
        value={draft.name}
        input={{ autocomplete: 'off', maxLength: 100 }}
        onValue={(name) => change({ name })}
      />
      <TextField
        label={share.yourName}
        hint={share.yourNameHint}
        value={draft.as}
        input={{ autocomplete: 'name', maxLength: NAME_MAX }}
        onValue={(as) => change({ as })}
      />
      <FullName as={draft.as} change={change} />
      <TextField
        label={share.purpose}
        hint={share.purposeHint}
        value={draft.purpose}
        input={{ autocomplete: 'off', maxLength: 200 }}
        onValue={(purpose) => change({ purpose })}
      />
    </div>
  );
}

/** Papers of a hospital go by name and day of birth: given only where she ticks it, and then seen in the field above. */
function FullName({ as, change }: { as: string; change: StepProps['change'] }) {
  const { share } = words.value;
  const asked = useAsked(() => call('records.patient', ofSubject(), { isIdle: true }));
  const before = useSignal(as);
  const full = identityWords(asked.value.value).slice(0, NAME_MAX);
  if (full === '') return null;
  return (
    <Check
      title={share.fullName}
      hint={share.fullNameHint(full)}
      value={as === full}
      onValue={(value) => {
        if (value) before.value = as;
        change({ as: value ? full : before.value === full ? '' : before.value });
      }}
    />
  );
}

function People(props: { people: readonly Person[]; address: string; onPerson: (person: Person) => void }) {
  const { share } = words.value;
  if (props.people.length === 0) return null;
  return (
    <div class="stack tight">
      <span class="label-text">{share.known}</span>
      <ul class="people">
        {props.people.slice(0, 8).map((person) => (
          <li key={person.npub}>
            <button
              type="button"
              class="person"
              aria-pressed={props.address === person.npub}
              onClick={() => props.onPerson(person)}
            >
              <Icon name="person" />
              <span>
                <strong>{personOfKey(person.name, person.npub)}</strong>
                <span class="caption">{share.knownBy[person.by]}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What was found out about a person's key, where it matters for the decision. */
export function KeyNotice({ postQuantum }: Pick<FoundRecipient, 'postQuantum'>) {
  const { share } = words.value;
  if (postQuantum === 'found') return null;
  return (
    <Notice tone={postQuantum === 'changed' ? 'alert' : 'caution'}>
      {postQuantum === 'changed' ? share.keyChanged : share.weakerTitle}
    </Notice>
  );
}
