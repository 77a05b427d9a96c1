// Guardians: three pieces of her words, of which two give them back; refusing who is not her; and pieces that she keeps for others.
import type { GuardiansInfo, HeldPieceInfo, ReleaseResult } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { isRefusedAway } from '../../app/failure-text.ts';
import { call } from '../../app/state.ts';
import { bound } from '../../ui/bound.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyText } from '../../ui/copy.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, moment } from '../../words/numbers.ts';
import { isKey, shortAddress } from '../../words/people.ts';
import { Matter } from '../settings-safety.tsx';
import { useAttempt } from './attempt.ts';

const REFRESH_MILLIS = 20_000;
/** Two of them give the words back, one of them may be lost. */
const PIECES = 3;
const WAITS = [0, 6, 24, 72, 168];
const WAIT_USUAL = 24;
const SECRET = { autocomplete: 'off', spellcheck: false, autocapitalize: 'none' } as const;

export function GuardiansPage() {
  const { care } = words.value;
  const asked = useAsked(async () => ({ set: await call('guardians', {}, { isIdle: true }) }));
  const held = useAsked(() => call('guardian.pieces', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <a class="small no-print" href="#/settings/people">
            ← {care.back}
          </a>
          <h1>{care.guardians}</h1>
          <p class="quiet">{care.guardiansLead}</p>
        </div>
      </header>
      <Answer asked={asked.value} again={asked.again} rows={2}>
        {({ set }) => (
          <>
            {set && set.releases.length > 0 && <Releases set={set} />}
            <Mine set={set} />
          </>
        )}
      </Answer>
      <Matter title={care.held} text={care.heldHint}>
        {held.value.state === 'failed' && isRefusedAway(held.value.error) ? (
          <p class="small">{words.value.settings.onlyAtHome}</p>
        ) : (
          <Answer asked={held.value} again={held.again} rows={1}>
            {(pieces) =>
              pieces.length === 0 ? (
                <p class="small">{care.heldNone}</p>
              ) : (
                <ul class="list">
                  {pieces.map((piece) => (
                    <li key={piece.owner}>
                      <Held piece={piece} />
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
        )}
      </Matter>
    </div>
  );
}

/** Somebody calls herself her: the one thing on this page that cannot wait. */
function Releases({ set }: { set: GuardiansInfo }) {
  const { care } = words.value;
  const said = useSignal('');
  const { failed, attempt } = useAttempt();
  const nameOf = (npub: string) => set.guardians.find((each) => each.npub === npub)?.name ?? npub;
  const refuse = () =>
    attempt(async () => {
      const { refused } = await call('guardians.refuse', {});
      said.value = care.refused(refused);
    });
  return (
    <section class="card stack opening" role="alert" aria-label={care.release}>
      <h2 class="matter">{care.release}</h2>
      {set.releases.map(({ npub, fromMicros }) => (
        <p key={npub}>{care.releaseFrom(called(nameOf(npub)), fromMicros === null ? '' : moment(fromMicros))}</p>
      ))}
      <p>{care.releaseText}</p>
      <Fault text={failed.value} />
      {said.value === '' ? (
        <div class="row">
          <Button kind="stop" icon="stop" onPress={refuse}>
            {care.refuse}
          </Button>
        </div>
      ) : (
        <Notice tone="good" isUrgent>
          {said.value}
        </Notice>
      )}
    </section>
  );
}

const called = (name: string): string => (isKey(name) ? shortAddress(name) : name);

function GuardianList({ set }: { set: GuardiansInfo }) {
  const { care } = words.value;
  return (
    <ul class="list">
      {set.guardians.map(({ npub, name, state }, at) => (
        <li key={npub ?? at}>
          <div class="row">
            <Icon name={npub === null ? 'file' : 'person'} />
            <strong>{npub === null ? care.onPaper : called(name)}</strong>
          </div>
          <span class={`chip ${state === 'kept' ? 'good' : state === 'sent' ? 'caution' : ''}`}>
            {care.guardianStates[state]}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Mine({ set }: { set: GuardiansInfo | null }) {
  const { care } = words.value;
  const open = useSignal<'choose' | 'revoke' | null>(null);
  const papers = useSignal<readonly string[]>([]);
  const { failed, attempt } = useAttempt();
  const revoke = async () => {
    await attempt(() => call('guardians.revoke', {}));
    open.value = null;
  };
  return (
    <Matter
      title={care.guardians}
      text={set === null ? care.guardiansNone : care.guardiansSince(set.need, day(set.sinceMicros))}
    >
      {set !== null && <GuardianList set={set} />}
      {papers.value.length > 0 && <Papers papers={papers.value} />}
      <Fault text={failed.value} />
      {open.value === 'choose' && (
        <Choose
          isAgain={set !== null}
          done={(printed) => {
            open.value = null;
            papers.value = printed;
          }}
        />
      )}
      {open.value === 'revoke' && (
        <Confirm
          question={care.revokeAsk}
          yes={care.revokeYes}
          onYes={revoke}
          onNo={() => {
            open.value = null;
          }}
        />
      )}
      {open.value === null && (
        <div class="actions">
          <Button
            {...(set === null ? { kind: 'main-action' } : {})}
            onPress={() => {
              open.value = 'choose';
            }}
          >
            {set === null ? care.choose : care.chooseAgain}
          </Button>
          {set !== null && (
            <Button
              kind="stop"
              onPress={() => {
                open.value = 'revoke';
              }}
            >
              {care.revoke}
            </Button>
          )}
        </div>
      )}
    </Matter>
  );
}

function Papers({ papers }: { papers: readonly string[] }) {
  const { care, records } = words.value;
  return (
    <div class="stack">
      <Notice tone="caution" isUrgent>
        {care.printPapers}
      </Notice>
      {papers.map((paper, at) => (
        <div class="stack tight" key={paper}>
          <strong class="small">{care.paperTitle(at + 1, papers.length)}</strong>
          <code class="piece" translate={false}>
            {paper}
          </code>
        </div>
      ))}
      <div class="actions">
        <Button icon="print" onPress={() => print()}>
          {records.print}
        </Button>
      </div>
    </div>
  );
}

/** Numbers of the sheet that were typed along are left out. */
const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => /^[a-z]+$/.test(word))
    .join(' ');

function Choose({ isAgain, done }: { isAgain: boolean; done: (papers: readonly string[]) => void }) {
  const { care, frame } = words.value;
  const typed = useSignal('');
  const to = useSignal<readonly string[]>(Array.from({ length: PIECES }, () => ''));
  const papers = useSignal('0');
  const wait = useSignal(String(WAIT_USUAL));
  const { failed, attempt } = useAttempt();
  const addresses = to.value.map((each) => each.trim()).filter((each) => each !== '');
  const asked = PIECES - Number(papers.value);
  const cut = async () => {
    if (addresses.length !== asked) {
      failed.value = care.tooFew;
      return;
    }
    await attempt(async () => {
      const wish = { papers: Number(papers.value), waitHours: Number(wait.value) };
      const made = await call('guardians.set', { words: plainWords(typed.value), to: addresses, ...wish });
      typed.value = '';
      done(made.papers);
    });
  };
  return (
    <div class="stack">
      {isAgain && <p class="small quiet">{care.chooseAgainText}</p>}
      <SelectField
        label={care.papers}
        hint={care.papersHint}
        options={Array.from({ length: PIECES + 1 }, (_, n) => [String(n), String(n)])}
        {...bound(papers)}
      />
      {to.value.slice(0, asked).map((address, at) => (
        <TextField
          key={at}
          label={care.guardian(at + 1)}
          {...(at === 0 ? { hint: care.addressHint } : {})}
          value={address}
          input={{ ...SECRET, maxLength: 200 }}
          onValue={(value) => {
            to.value = to.value.map((each, i) => (i === at ? value : each));
          }}
        />
      ))}
      <SelectField
        label={care.wait}
        hint={care.waitHint}
        options={WAITS.map((each) => [String(each), care.waitHours(each)])}
        {...bound(wait)}
      />
      <TextField
        area
        label={care.yourWords}
        hint={care.yourWordsHint}
        input={{ ...SECRET, maxLength: 1024 }}
        {...bound(typed)}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" disabled={typed.value.trim() === ''} onPress={cut}>
          {care.cut}
        </Button>
        <Button kind="bare" onPress={() => done([])}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

function Held({ piece }: { piece: HeldPieceInfo }) {
  const { care } = words.value;
  const code = useSignal('');
  const result = useSignal<ReleaseResult | null>(null);
  const { failed, attempt } = useAttempt();
  const { owner, release } = piece;
  const give = () =>
    attempt(async () => {
      result.value = await call('guardian.release', { owner, code: code.value.trim() });
    });
  return (
    <div class="stack held">
      <strong>{care.heldOf(shortAddress(owner))}</strong>
      {release?.isRefused && <Notice tone="alert">{care.wasRefused}</Notice>}
      {release && !release.isRefused && result.value === null && (
        <p class="small">{care.waits(moment(release.untilMicros))}</p>
      )}
      <TextField label={care.code} input={{ ...SECRET, maxLength: 80 }} {...bound(code)} />
      <Fault text={failed.value} />
      {result.value?.state === 'waiting' && (
        <Notice tone="caution" isUrgent>
          {care.waits(moment(result.value.untilMicros))}
        </Notice>
      )}
      {result.value?.state === 'released' && <CopyText label={care.readOut} text={result.value.text} rows={4} />}
      {result.value?.state === 'released' && <p class="small">{care.readOut}</p>}
      <div class="actions">
        <Button disabled={code.value.trim() === ''} onPress={give}>
          {care.giveIt}
        </Button>
        <Button kind="bare" onPress={() => attempt(() => call('guardian.forget', { owner }))}>
          {care.forget}
        </Button>
      </div>
    </div>
  );
}
