// Devices that send by themselves: when each was last heard, how far it can be trusted, and the way to end it.
import type { DeviceInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { changed, useAsked, useTicks } from '../app/asking.ts';
import { call } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Empty, Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { age, number, percent, span } from '../words/numbers.ts';
import { AddDevice } from './device-add.tsx';

const REFRESH_MILLIS = 10_000;
/** A clock that is off by less is as right as clocks of devices are. */
const CLOCK_SECONDS = 5;

export function Devices({ of }: { of: string }) {
  return of === 'new' ? <AddDevice /> : <DeviceList />;
}

function DeviceList() {
  const asked = useAsked(() => call('device.list', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const { devices } = words.value;
  const add = (
    <a class="button main-action" href="#/devices/new">
      <Icon name="add" />
      {devices.add}
    </a>
  );
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{devices.title}</h1>
          <p class="quiet">{devices.lead}</p>
        </div>
        {(asked.value.value?.length ?? 0) > 0 && <div class="actions">{add}</div>}
      </header>
      <Answer asked={asked.value} again={asked.again}>
        {(list) =>
          list.length === 0 ? (
            <div class="card">
              <Empty icon="device" title={devices.emptyTitle} text={devices.emptyText}>
                {add}
              </Empty>
            </div>
          ) : (
            <ul class="grid-cards">
              {list.map((device) => (
                <li key={device.id}>
                  <DeviceCard device={device} severalPeople={new Set(list.map((each) => each.subject)).size > 1} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </div>
  );
}

function DeviceCard({ device, severalPeople }: { device: DeviceInfo; severalPeople: boolean }) {
  const isAsking = useSignal(false);
  const { devices, series } = words.value;
  const nowMicros = Date.now() * 1000;
  const remove = async () => {
    await call('device.remove', { device: device.id });
    changed();
  };
  return (
    <article class="card stack">
      <div class="row apart">
        <h2 class="card-name">{device.name}</h2>
        <Icon name="device" />
      </div>
      <dl class="facts">
        <dt>{devices.lastContact}</dt>
        <dd>{device.lastContactMicros === null ? devices.never : age(device.lastContactMicros, nowMicros)}</dd>
        <dt>{devices.readings}</dt>
        <dd>{number(device.samples)}</dd>
        {device.battery && (
          <>
            <dt>{devices.battery}</dt>
            <dd>{devices.batteryAt(percent(device.battery.percent / 100), age(device.battery.atMicros, nowMicros))}</dd>
          </>
        )}
        <dt>{devices.trust}</dt>
        <dd>{series.assurance[device.assurance]}</dd>
        {severalPeople && (
          <>
            <dt>{devices.whose}</dt>
            <dd>{device.subject}</dd>
          </>
        )}
        <Clocks device={device} />
        {device.behind.length > 0 && (
          <>
            <dt>{devices.behind}</dt>
            <dd>{device.behind.map((each) => each.device).join(', ')}</dd>
          </>
        )}
      </dl>
      <Doubts device={device} />
      {isAsking.value ? (
        <Confirm
          question={devices.removeAsk(device.name)}
          yes={devices.removeYes}
          onYes={remove}
          onNo={() => {
            isAsking.value = false;
          }}
        />
      ) : (
        <div class="row">
          <Button
            kind="bare"
            icon="trash"
            onPress={() => {
              isAsking.value = true;
            }}
          >
            {devices.remove}
          </Button>
        </div>
      )}
    </article>
  );
}

function Clocks({ device }: { device: DeviceInfo }) {
  const { devices } = words.value;
  if (device.clocks.length === 0) return null;
  const wrong = device.clocks.filter(({ aheadSeconds }) => Math.abs(aheadSeconds) >= CLOCK_SECONDS);
  const said = wrong.map(({ device: name, aheadSeconds }) =>
    aheadSeconds > 0 ? devices.clockAhead(name, span(aheadSeconds)) : devices.clockBehind(name, span(-aheadSeconds)),
  );
  return (
    <>
      <dt>{devices.clock}</dt>
      <dd>{said.length === 0 ? devices.clockFine : said.join('; ')}</dd>
    </>
  );
}

function Doubts({ device: { doubt, notTaken } }: { device: DeviceInfo }) {
  const { devices, frame } = words.value;
  return (
    <>
      {doubt && (
        <Notice tone="caution">
          {doubt.aheadSeconds > 0
            ? devices.doubtAhead(frame.readings(doubt.readings), span(doubt.aheadSeconds))
            : devices.doubtBehind(frame.readings(doubt.readings))}
        </Notice>
      )}
      {notTaken > 0 && <Notice tone="caution">{devices.notTaken(number(notTaken))}</Notice>}
    </>
  );
}
