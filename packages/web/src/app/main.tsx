// The owner's pages: the session decides which screen there is, then the address does.

import { signal, useSignal } from '@preact/signals';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { FirstRun, PairThis, ScreenHere } from '../screens/index.tsx';
import { keepRoomCode } from '../screens/room/code.ts';
import { Unlock } from '../screens/unlock.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { followCounts } from './counts.ts';
import { Frame } from './frame.tsx';
import { HomeError } from './home-link.ts';
import { watchIdle } from './idle.ts';
import { followLive } from './live.ts';
import { findKey } from './session-key.ts';
import { keepShell } from './shell.ts';
import {
  loadPreferences,
  loadSubjects,
  openAgain,
  openSession,
  path,
  place,
  refreshSession,
  session,
} from './state.ts';
import '../styles/index.css';

/** The code of the last address was used before, or is too old. */
const isCodeUsed = signal(false);

/** A one-use code in the address is taken out of it, and of the history, before anything else happens. */
async function takeCode(): Promise<void> {
  const code = /^#code=([\w-]+)$/.exec(location.hash)?.[1] ?? null;
  if (code === null) return;
  history.replaceState(null, '', '/#/today');
  await findKey();
  await openSession({ code }).catch(() => {
    isCodeUsed.value = true;
  });
}

/** The code of a pairing that a camera brought here, or '' where it is typed; null: nothing is being paired. */
const pairing = signal<string | null>(null);

/** Taken out of the address and of the history at once, as every secret. */
function takePairing(): void {
  const found = /^#pair(?:=([\w-]*))?$/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, '', '/#/today');
  pairing.value = found[1] ?? '';
}

function App() {
  const now = session.value;
  const paired = () => {
    pairing.value = null;
    void openAgain();
  };
  if (pairing.value !== null) return <PairThis key={pairing.value} code={pairing.value} why="asked" onEnd={paired} />;
  if (now === 'unpaired' || now === 'resting') return <PairThis code="" why={now} onEnd={paired} />;
  if (now === 'loading') return <Loading />;
  if (now === 'offline')
    return (
      <main class="centre" id="content">
        <Failed error={new HomeError('offline', '')} again={() => void refreshSession()} />
      </main>
    );
  if (now.state === 'none') return <FirstRun />;
  if (now.state !== 'open') return <Unlock session={now} isCodeUsed={isCodeUsed.value} />;
  return <Inside />;
}

function Inside() {
  const isReady = useSignal(false);
  useEffect(() => {
    // Why they did not come, the screen says itself.
    void loadSubjects()
      .catch(() => {})
      .finally(() => {
        isReady.value = true;
      });
  }, []);
  useEffect(watchIdle, []);
  useEffect(() => {
    document.getElementById('content')?.scrollTo(0, 0);
    scrollTo(0, 0);
  }, [path.value.join('/')]);
  return <Frame>{isReady.value ? <ScreenHere /> : <Loading />}</Frame>;
}

async function start(): Promise<void> {
  const opened = takeCode();
  takePairing();
  addEventListener('hashchange', takePairing);
  keepRoomCode();
  addEventListener('hashchange', () => {
    if (keepRoomCode()) place.value = '/show';
  });
  addEventListener('hashchange', () => void takeCode());
  place.value = location.hash.startsWith('#/') ? location.hash.slice(1) : '/today';
  await Promise.all([loadPreferences(), findKey(), opened]);
  if (typeof session.value === 'string') await refreshSession();
  followLive();
  followCounts();
  const root = document.getElementById('app');
  if (root) render(<App />, root);
}

void start().then(keepShell);
