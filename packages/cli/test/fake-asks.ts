// What somebody asks for, for the tests of the command.
import type { AskInfo } from '@hale/home';

export const askOfLee: AskInfo = {
  id: 'a41f0c77b2d94e5a8c3b6d1e2f907a55',
  grant: 'g7k2',
  to: 'Dr Ada Lee',
  how: 'key',
  recipient: 'npub1hale7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m',
  subject: 'me',
  atMicros: Date.parse('2026-11-21T13:00:00Z') * 1000,
  untilMicros: Date.parse('2026-12-05T13:00:00Z') * 1000,
  kinds: ['glucose'],
  days: 30,
  level: null,
  why: 'to see how your nights go',
  opens: {
    streams: [
      { key: 'heart-rate', title: 'Heart rate', level: '1h', isNew: false },
      { key: 'glucose', title: 'Glucose', level: 'raw', isNew: true },
    ],
    fromMicros: Date.parse('2026-10-22T13:00:00Z') * 1000,
    toMicros: null,
    untilMicros: Date.parse('2026-12-21T00:00:00Z') * 1000,
  },
};
