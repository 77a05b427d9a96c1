// What the fake home says of devices: a scale, one that was never heard, and a gateway with what there is to say of it.
import type { DeviceInfo } from '@hale/home';

const at = (iso: string): number => Date.parse(iso) * 1000;

export const DEVICE: DeviceInfo = {
  id: 'd3f9',
  name: 'Kitchen scale',
  subject: 'me',
  addedMicros: at('2026-11-01T10:00:00Z'),
  lastContactMicros: at('2026-11-21T13:48:00Z'),
  samples: 1284,
  battery: null,
  notTaken: 0,
  assurance: 'delivered',
  behind: [],
  doubt: null,
  clocks: [],
};

export const DEVICES: DeviceInfo[] = [
  DEVICE,
  { ...DEVICE, id: 'd51a', name: 'Libre', lastContactMicros: null, samples: 0 },
  {
    ...DEVICE,
    id: 'e07c',
    name: 'Gateway',
    samples: 88_211,
    notTaken: 12,
    behind: [
      {
        device: 'c4:be:84:00:11:22',
        assurance: 'gateway',
        addedMicros: at('2026-11-01T10:00:00Z'),
        lastContactMicros: at('2026-11-21T13:48:00Z'),
      },
      { device: 'kitchen-cuff', assurance: 'gateway', addedMicros: 0, lastContactMicros: null },
    ],
    doubt: { readings: 3, aheadSeconds: 86_400, atMicros: at('2026-11-20T13:48:00Z') },
    clocks: [
      { device: 'c4:be:84:00:11:22', aheadSeconds: 187, atMicros: at('2026-11-21T13:48:00Z') },
      { device: 'f0:5e:cd:00:33:44', aheadSeconds: -3601, atMicros: at('2026-11-20T13:48:00Z') },
    ],
  },
];
