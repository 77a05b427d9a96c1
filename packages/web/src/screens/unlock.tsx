// Opening the vault in this browser: by the passphrase, or by the address that a terminal shows.
import { useSignal } from '@preact/signals';
import { HomeError } from '../app/home-link.ts';
import { openSession, type SessionState, wasEnded } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';

export function Unlock({ session, isCodeUsed }: { session: SessionState; isCodeUsed: boolean }) {
  const passphrase = useSignal('');
  const wrong = useSignal('');
  const isEnded = useSignal(wasEnded());
  const { unlock } = words.value;
  const open = async () => {
    try {
      await openSession({ passphrase: passphrase.value });
    } catch (error) {
      const code = error instanceof HomeError ? error.code : 'bug';
      wrong.value =
        code === 'locked' ? unlock.wrong : code === 'unavailable' ? unlock.tooMany : sentence((error as Error).message);
    } finally {
      passphrase.value = '';
    }
  };
  const byPassphrase = session.by === 'passphrase';
  return (
    <main class="centre" id="content">
      <div class="sheet">
        <Mark />
        <div class="stack tight">
          <h1>{byPassphrase ? unlock.title : unlock.codeTitle}</h1>
          <p class="quiet">
            <Said text={byPassphrase ? unlock.lockedText : unlock.codeText} />
          </p>
        </div>
        {isCodeUsed && (
          <Notice tone="caution">
            <Said text={unlock.codeUsed} />
          </Notice>
        )}
        {isEnded.value && <Notice icon="lock">{unlock.ended}</Notice>}
        {byPassphrase && (
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void open();
            }}
          >
            <TextField
              label={unlock.passphrase}
              type="password"
              value={passphrase.value}
              wrong={wrong.value || undefined}
              input={{ autocomplete: 'current-password', autofocus: true, required: true }}
              onValue={(value) => {
                passphrase.value = value;
              }}
            />
            <Button kind="main-action" icon="lock" onPress={open}>
              {unlock.open}
            </Button>
          </form>
        )}
      </div>
    </main>
  );
}
