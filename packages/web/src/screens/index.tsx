// Every screen by the first word of its address. All but the first are fetched when they are first looked at.
import { type Signal, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { asHomeError } from '../app/asking.ts';
import type { HomeError } from '../app/home-link.ts';
import { path } from '../app/state.ts';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { Today } from './today.tsx';

/** `of`: what stands after the name in the address, such as the key of a series. */
export type Screen = ComponentType<{ of: string }>;

/** Fetches a screen once; an address to nowhere, or a fetch that fails, says so and can be tried again. */
function fetched<Given extends object = { of: string }>(
  load: () => Promise<ComponentType<Given>>,
): ComponentType<Given> {
  const screen: Signal<ComponentType<Given> | null> = signal(null);
  const failed: Signal<HomeError | null> = signal(null);
  let isAsked = false;
  const ask = () => {
    isAsked = true;
    failed.value = null;
    load().then(
      (loaded) => {
        screen.value = loaded;
      },
      (error: unknown) => {
        failed.value = asHomeError(error);
      },
    );
  };
  return (given) => {
    if (!isAsked) ask();
    const Loaded = screen.value;
    if (Loaded) return <Loaded {...given} key={'of' in given ? given.of : ''} />;
    return failed.value ? <Failed error={failed.value} again={ask} /> : <Loading />;
  };
}

type PairThisProps = { code: string; why: 'asked' | 'unpaired' | 'resting'; onEnd: () => void };

/** On the phone: being paired, and what is shown while it is not. */
export const PairThis = fetched<PairThisProps>(async () => (await import('./pair-this.tsx')).PairThis);

const SCREENS: Record<string, Screen> = {
  today: Today,
  records: fetched(async () => (await import('./records/index.tsx')).Records),
  record: fetched(async () => (await import('./records/index.tsx')).RecordPage),
  add: fetched(async () => (await import('./add.tsx')).Add),
  devices: fetched(async () => (await import('./devices.tsx')).Devices),
  settings: fetched(async () => (await import('./settings.tsx')).Settings),
  compare: fetched(async () => (await import('./compare.tsx')).Compare),
  series: fetched(async () => (await import('./series.tsx')).Series),
  desk: fetched(async () => (await import('./desk/index.tsx')).Desk),
  sharing: fetched(async () => (await import('./sharing/index.tsx')).Sharing),
  share: fetched(async () => (await import('./share/index.tsx')).Share),
  room: fetched(async () => (await import('./room/desk.tsx')).RoomDesk),
  show: fetched(async () => (await import('./room/show.tsx')).ShowHere),
  visit: fetched(async () => (await import('./room/visit.tsx')).VisitPage),
  phones: fetched(async () => (await import('./phones.tsx')).Phones),
  person: fetched(async () => (await import('./people/index.tsx')).PersonPage),
  guardians: fetched(async () => (await import('./people/guardians.tsx')).GuardiansPage),
  emergency: fetched(async () => (await import('./emergency/index.tsx')).Emergency),
};

const FirstRunScreen = fetched(async () => (await import('./first-run.tsx')).FirstRun);

/** Where there is no vault yet. */
export function FirstRun() {
  return <FirstRunScreen of="" />;
}

export function ScreenHere() {
  const [name = 'today', of = ''] = path.value;
  const Here = Object.hasOwn(SCREENS, name) ? SCREENS[name] : null;
  if (Here) return <Here of={of} />;
  const { frame } = words.value;
  return (
    <Empty icon="question" title={frame.noPage}>
      <a class="button" href="#/today">
        {frame.toToday}
      </a>
    </Empty>
  );
}
