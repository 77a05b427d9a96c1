// The frame around every screen of the owner: where one can go, whose data this is, and the lock.
import type { ComponentChildren } from 'preact';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { words } from '../words/index.ts';
import { givenName } from '../words/people.ts';
import { waiting } from './counts.ts';
import { loadSubjects, lock, path, shownSubject, subject, subjects } from './state.ts';

const PLACES = ['today', 'records', 'add', 'sharing', 'desk', 'settings'] as const;
/** Which of them a screen belongs to. */
const BELONGS: Record<string, (typeof PLACES)[number]> = {
  series: 'today',
  record: 'records',
  devices: 'add',
  share: 'sharing',
  compare: 'today',
  phones: 'settings',
  emergency: 'settings',
  person: 'settings',
  guardians: 'settings',
};

function NavLinks({
  counts,
  isShort,
}: {
  counts: Partial<Record<(typeof PLACES)[number], number>>;
  isShort?: boolean;
}) {
  const here = path.value[0] ?? 'today';
  const { nav, navShort } = words.value.frame;
  return (
    <>
      {PLACES.map((name) => (
        <a href={`#/${name}`} key={name} aria-current={(BELONGS[here] ?? here) === name ? 'page' : undefined}>
          <Icon name={name as IconName} />
          <span>{isShort ? navShort[name] : nav[name]}</span>
          {counts[name] ? <span class="count">{counts[name]}</span> : null}
        </a>
      ))}
    </>
  );
}

/** Whose data is shown; nothing where there is only one. */
function Person({ isBare }: { isBare?: boolean }) {
  const { frame } = words.value;
  if (subjects.value.length < 2) return null;
  const now = shownSubject();
  return (
    <label class={isBare ? 'top-person' : 'field'}>
      <span class={isBare ? 'only-heard' : 'caption'}>{frame.person}</span>
      <select
        class="input"
        value={now}
        onChange={(event) => {
          subject.value = event.currentTarget.value;
          void loadSubjects();
        }}
      >
        {subjects.value.map(({ id, name }) => (
          <option key={id} value={name}>
            {givenName(name) || frame.me}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Frame({ children }: { children: ComponentChildren }) {
  const { frame } = words.value;
  return (
    <div class="frame">
      <button type="button" class="button skip" onClick={skip}>
        {frame.skip}
      </button>
      <header class="rail">
        <a href="#/today" class="brand" aria-label={frame.appName}>
          <Mark />
        </a>
        <nav class="nav" aria-label={frame.navLabel}>
          <NavLinks counts={{ sharing: waiting.value.asks, desk: waiting.value.fresh }} />
        </nav>
        <div class="rail-foot">
          <Person />
          <Button icon="lock" onPress={lock}>
            {frame.lock}
          </Button>
        </div>
      </header>
      <header class="top">
        <Mark />
        <Person isBare />
        <Button kind="bare" icon="lock" label={frame.lock} onPress={lock} />
      </header>
      <main class="main" id="content" tabIndex={-1}>
        {children}
      </main>
      <nav class="tabs-bottom" aria-label={frame.navLabel}>
        <NavLinks counts={{ sharing: waiting.value.asks, desk: waiting.value.fresh }} isShort />
      </nav>
    </div>
  );
}

/** The address names screens, so this jump is made by hand. */
function skip(): void {
  document.getElementById('content')?.focus();
}
