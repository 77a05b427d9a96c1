// Of a link for one browser: whether one has opened it, as its locker tells the owner, and freeing it for another.
import type { ClaimInfo, GrantInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked, useTicks } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Answer, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, moment } from '../../words/numbers.ts';

const REFRESH_MILLIS = 30_000;

function useClaim({ id }: GrantInfo) {
  const asked = useAsked((signal) => call('grants.claim', { grant: id }, { signal, isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  return asked;
}

/** In the list of shares. */
export function ClaimLine({ grant }: { grant: GrantInfo }) {
  const { sharing } = words.value;
  const { value, state } = useClaim(grant).value;
  if (value === null) return state === 'failed' ? <span class="caption">{sharing.claimUnknown}</span> : null;
  const { state: is, claimedMicros } = value;
  const said = claimedMicros === null ? sharing.claimNotYet : sharing.claimedOn(day(claimedMicros));
  return <span class="caption">{is === 'destroyed' ? sharing.claimDestroyed : said}</span>;
}

function saidOf({ state, claimedMicros }: ClaimInfo): string {
  const { sharing } = words.value;
  if (state === 'destroyed') return sharing.claimDestroyed;
  return claimedMicros === null ? sharing.claimWaiting : sharing.claimed(moment(claimedMicros));
}

/** On the page of one share. */
export function Claim({ grant }: { grant: GrantInfo }) {
  const { sharing } = words.value;
  const asked = useClaim(grant);
  const isFreeing = useSignal(false);
  return (
    <section class="card stack">
      <h2>{sharing.claimTitle}</h2>
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {(claim) => (
          <>
            <p>{saidOf(claim)}</p>
            {claim.state === 'claimed' && (
              <div>
                <Button
                  onPress={() => {
                    isFreeing.value = true;
                  }}
                >
                  {sharing.free}
                </Button>
              </div>
            )}
          </>
        )}
      </Answer>
      {isFreeing.value && (
        <FreeDialog
          grant={grant}
          onClose={() => {
            isFreeing.value = false;
          }}
        />
      )}
    </section>
  );
}

function FreeDialog({ grant, onClose }: { grant: GrantInfo; onClose: () => void }) {
  const { sharing, frame } = words.value;
  const failed = useSignal('');
  const free = async () => {
    try {
      await call('grants.free', { grant: grant.id });
      onClose();
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Dialog title={sharing.freeTitle} onClose={onClose}>
      <p>{sharing.freeText}</p>
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" onPress={free}>
          {sharing.free}
        </Button>
        <Button kind="bare" onPress={onClose}>
          {frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
