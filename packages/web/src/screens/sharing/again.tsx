// A share that lapsed because nobody looked: the same once more, with one press, in the words that were agreed to then.
import type { GrantInfo, Result } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { asHomeError, changed } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Copied } from '../../ui/copy.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { LinkToHandOver } from '../share/done.tsx';
import { mayGiveAgain, openShares, shortWho } from './words.ts';

const LATELY_MICROS = 30 * 86_400e6;

/** Those that lapsed in the last month and stand in no other share since. What is given here stays in sight: its PIN is shown once. */
export function LapsedLately({ grants }: { grants: readonly GrantInfo[] }) {
  const since = Date.now() * 1000 - LATELY_MICROS;
  const [offered] = useState(() =>
    grants
      .filter((grant) => mayGiveAgain(grant) && (grant.endedMicros ?? 0) > since)
      .filter(({ to, sentence: said }) => !openShares(grants).some((open) => open.to === to && open.sentence === said))
      .map(({ id }) => id),
  );
  const lapsed = grants.filter(({ id }) => offered.includes(id));
  return (
    <>
      {lapsed.map((grant) => (
        <Again key={grant.id} grant={grant} />
      ))}
    </>
  );
}

export function Again({ grant }: { grant: GrantInfo }) {
  const { idle } = words.value.consent;
  const given = useSignal<Result<'grants.again'> | null>(null);
  const failed = useSignal('');
  const give = async () => {
    failed.value = '';
    try {
      given.value = await call('grants.again', { grant: grant.id });
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  if (given.value) return <GivenAgain given={given.value} grant={grant} />;
  return (
    <section class="card stack" aria-label={idle.againTitle}>
      <div>
        <h2>{idle.event(shortWho(grant), idle.months(grant.idle?.months ?? 0))}</h2>
        <p class="small quiet">{idle.againText}</p>
      </div>
      {grant.sentence !== undefined && <p class="share-sentence">{grant.sentence}</p>}
      <Fault text={failed.value} />
      <div>
        <Button kind="sharing" icon="sharing" onPress={give}>
          {idle.again}
        </Button>
      </div>
    </section>
  );
}

function GivenAgain({ given, grant }: { given: Result<'grants.again'>; grant: GrantInfo }) {
  const { share, sharing } = words.value;
  const { link, pickupLink, pin } = given;
  const handed = link ?? pickupLink;
  const warning = link === null ? share.pickup : given.grant.lock?.claim ? share.claimWarning : share.linkWarning;
  return (
    <section class="card stack">
      <Notice tone="good" isUrgent>
        {handed === null ? share.doneSent(shortWho(grant)) : share.doneLink}
      </Notice>
      {handed !== null && <LinkToHandOver link={handed} warning={warning} />}
      {pin !== null && (
        <div class="stack tight">
          <Copied label={share.pinLabel} text={pin} />
          <p class="small quiet">{share.pinText}</p>
        </div>
      )}
      <div>
        <a class="button" href={`#/sharing/${given.grant.id}`}>
          {sharing.details}
        </a>
      </div>
    </section>
  );
}
