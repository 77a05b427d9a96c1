// Who can see somebody, whoever let them in; each can be stopped by each who cares.
import type { CareInfo, SeenCare } from '@hale/home';
import { useSignal } from '@preact/signals';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Icon } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { shortAddress } from '../../words/people.ts';
import { Matter } from '../settings-safety.tsx';
import { useAttempt } from './attempt.ts';
import { nameIn } from './index.tsx';

const TONES = { active: 'sharing', ended: '', stopped: '' } as const;

/** @param subject undefined where she only looks, and stops nothing */
export function SeenList({ seen, subject }: { seen: SeenCare; subject?: string }) {
  const { care } = words.value;
  const asking = useSignal<string | null>(null);
  const { failed, attempt } = useAttempt();
  if (seen.grants.length === 0) return <p class="small">{care.seeNone}</p>;
  const nameOf = (npub: string) => seen.custodians.find((each) => each.npub === npub)?.name || shortAddress(npub);
  const stop = async (grant: string) => {
    if (subject === undefined) return;
    await attempt(() => call('custody.stop', { subject, grant }));
    asking.value = null;
  };
  return (
    <>
      <Fault text={failed.value} />
      <ul class="list">
        {seen.grants.map(({ id, to, recipient, by, byYou, streams, sinceMicros, untilMicros, state }) => (
          <li key={id}>
            {asking.value === id ? (
              <Confirm
                question={care.stopAsk(to)}
                yes={care.stopYes}
                onYes={() => stop(id)}
                onNo={() => {
                  asking.value = null;
                }}
              />
            ) : (
              <>
                <div class="row">
                  <Icon name="eye" />
                  <div>
                    <strong>{to}</strong>
                    <p class="caption">
                      {[
                        // One name may stand on a link and on a share to her alone.
                        recipient === null ? care.byLink : care.toPerson(shortAddress(recipient)),
                        streams.join(', '),
                        care.given(byYou ? care.byYou : nameOf(by), day(sinceMicros)),
                        ...(untilMicros === null ? [] : [care.until(day(untilMicros))]),
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </p>
                  </div>
                </div>
                <div class="row close">
                  <span class={`chip ${TONES[state]}`}>{care.grantStates[state]}</span>
                  {state === 'active' && subject !== undefined && (
                    <Button
                      kind="stop"
                      onPress={() => {
                        asking.value = id;
                      }}
                    >
                      {care.stop}
                    </Button>
                  )}
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

export function WhoSees({ info, subject }: { info: CareInfo; subject: string }) {
  return (
    <Matter title={words.value.care.see(nameIn(info))}>
      <SeenList seen={info} subject={subject} />
    </Matter>
  );
}
