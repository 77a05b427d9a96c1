// Stopping one share, or everything: asked once, with what can and what cannot be taken back.
import type { GrantInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed } from '../../app/asking.ts';
import { call, session } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { relayName, whoOf } from './words.ts';

export function StopDialog({ grant, onClose }: { grant: GrantInfo; onClose: () => void }) {
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
    <Dialog title={ended.value ? sharing.stopped : sharing.stopTitle(whoOf(grant))} onClose={close}>
      {ended.value && pending.length > 0 && (
        <Notice tone="caution">{sharing.stoppedPending(pending.join(', '))}</Notice>
      )}
      <p>{sharing.stopText}</p>
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

/** The browser that stops everything stays open. */
function ownSession(): { keepSession?: string } {
  const own = typeof session.value === 'object' ? session.value.session : null;
  return own ? { keepSession: own.id } : {};
}

/** @param onClose is told what was done, '' for nothing */
export function StopEverything({ onClose }: { onClose: (said: string) => void }) {
  const { sharing, frame } = words.value;
  const typed = useSignal('');
  const failed = useSignal('');
  const isSure = typed.value.trim().toUpperCase() === sharing.allWord;
  const stop = async () => {
    try {
      const { ended, failed: left, sessions } = await call('revoke.all', ownSession());
      changed();
      if (left.length > 0) failed.value = sharing.allFailed(left.map(({ to }) => to).join(', '));
      else onClose(sharing.allDone(sharing.shares(ended.length), sharing.sessions(sessions)));
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Dialog title={sharing.allTitle} onClose={() => onClose('')}>
      <p>{sharing.allText}</p>
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
        <Button kind="bare" onPress={() => onClose('')}>
          {frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
