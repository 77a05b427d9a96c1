// The frame around every screen of the owner: where one can go, whose data this is, and the lock.
import type { ComponentChildren } from 'preact';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { words } from '../words/index.ts';
import { loadSubjects, lock, path, subject, subjects } from './state.ts';

const PLACES = ['today', 'add', 'sharing', 'desk', 'settings'] as const;
/** Which of them a screen belongs to. */
const BELONGS: Record<string, (typeof PLACES)[number]> = {
  series: 'today',
  share: 'sharing',
  compare: 'today',
  phones: 'settings',
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

function Person() {
  const { frame } = words.value;
  if (subjects.value.length < 2) return null;
  const now = subject.value ?? subjects.value.find(({ isDefault }) => isDefault)?.name;
  return (
    <label class="field">
      <span class="caption">{frame.person}</span>
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
            {name}
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
      <div class="rail">
        <a href="#/today" class="brand" aria-label={frame.appName}>
          <Mark />
        </a>
        <nav class="nav" aria-label={frame.navLabel}>
          <NavLinks counts={{}} />
        </nav>
        <div class="rail-foot">
          <Person />
          <Button icon="lock" onPress={lock}>
            {frame.lock}
          </Button>
        </div>
      </div>
      <header class="top">
        <Mark />
        <Button kind="bare" icon="lock" label={frame.lock} onPress={lock} />
      </header>
      <main class="main" id="content" tabIndex={-1}>
        {children}
      </main>
      <nav class="tabs-bottom" aria-label={frame.navLabel}>
        <NavLinks counts={{}} isShort />
      </nav>
    </div>
  );
}

/** The address names screens, so this jump is made by hand. */
function skip(): void {
  document.getElementById('content')?.focus();
}
