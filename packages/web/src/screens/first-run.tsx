// The first run: whoever came by the terminal's address makes a vault here, or brings one back. Nothing of it is in the address, in the storage of
// the browser, or anywhere but on this page while it is looked at.
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { refreshSession, type SessionState, session } from '../app/state.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { Said } from '../ui/said.tsx';
import { words } from '../words/index.ts';
import { Create } from './first-run-create.tsx';
import { WithGuardians } from './first-run-guardians.tsx';
import { Restore, RestoreProgress } from './first-run-restore.tsx';

const LOOK_MILLIS = 1_000;

export function FirstRun() {
  const chosen = useSignal<'create' | 'restore' | 'guardians' | null>(null);
  /** Words that guardians gave back. */
  const found = useSignal('');
  const now = session.value as SessionState;
  const isMaking = now.setUp?.making != null;
  // What goes on in the node is found again after the page was left.
  useEffect(() => {
    const timer = setInterval(() => {
      const state = session.peek();
      if (typeof state === 'object' && state.setUp?.making) void refreshSession();
    }, LOOK_MILLIS);
    return () => clearInterval(timer);
  }, []);
  const back = () => {
    chosen.value = null;
    found.value = '';
  };
  if (!now.setUp) return <NotLetIn />;
  if (isMaking && now.setUp.making?.what === 'restore' && chosen.value === null)
    return <RestoreProgress making={now.setUp.making} />;
  if (chosen.value === 'create') return <Create charactersMin={now.setUp.passphraseCharactersMin} back={back} />;
  if (chosen.value === 'restore')
    return <Restore charactersMin={now.setUp.passphraseCharactersMin} found={found.value} back={back} />;
  if (chosen.value === 'guardians')
    return (
      <WithGuardians
        back={back}
        found={(given) => {
          found.value = given;
          chosen.value = 'restore';
        }}
      />
    );
  return (
    <Choose
      choose={(what) => {
        chosen.value = what;
      }}
    />
  );
}

/** One sheet in the middle of the page. Its heading is read first, also when it takes the place of another. */
export function Sheet(props: { title: string; step?: string; isWide?: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Before anything can be pressed: the next Tab leads into this sheet.
  useLayoutEffect(() => heading.current?.focus(), [props.title]);
  return (
    <main class="centre" id="content">
      <div class={`sheet ${props.isWide ? 'wide' : ''}`}>
        <div class="row apart no-print">
          <Mark />
          {props.step && <span class="caption">{props.step}</span>}
        </div>
        <h1 ref={heading} tabIndex={-1} class="bare-focus no-print">
          {props.title}
        </h1>
        {props.children}
      </div>
    </main>
  );
}

function NotLetIn() {
  const { first } = words.value;
  return (
    <Sheet title={first.notLetIn}>
      <p class="quiet">
        <Said text={first.notLetInText} />
      </p>
    </Sheet>
  );
}

function Choose({ choose }: { choose: (what: 'create' | 'restore' | 'guardians') => void }) {
  const { first, care } = words.value;
  const option = (what: 'create' | 'restore' | 'guardians', icon: IconName, title: string, text: string) => (
    <button type="button" class="choice" onClick={() => choose(what)}>
      <Icon name={icon} />
      <span>
        <strong>{title}</strong>
        <span class="small quiet">{text}</span>
      </span>
      <Icon name="right" />
    </button>
  );
  return (
    <Sheet title={first.title} isWide>
      <p class="quiet">{first.lead}</p>
      <div class="stack">
        {option('create', 'shield', first.create, first.createText)}
        {option('restore', 'relay', first.restore, first.restoreText)}
        {option('guardians', 'people', care.recover, care.recoverText)}
      </div>
      <section class="stack tight" aria-label={first.kept}>
        <h2 class="small-head">{first.kept}</h2>
        <ul class="said">
          {[first.keptHere, first.keptRelay, first.keptPaper].map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </section>
    </Sheet>
  );
}
