// The browser of this machine: a one-use address for it, and the end of all its sessions.
import { HaleError } from '@hale/kernel';
import type { Operation } from './context.ts';

export const webOpen: Operation<'web.open'> = ({ home }) => {
  if (!home.pages)
    throw new HaleError(
      'unavailable',
      'no node runs on this home, so no browser can open it; start one with `hale start`',
    );
  return { url: home.pages.openUrl() };
};

export const webSessions: Operation<'web.sessions'> = ({ home }) => home.pages?.sessions.list() ?? [];

export const webClose: Operation<'web.close'> = ({ home }, { session }) => {
  if (session === undefined) return { ended: home.pages?.sessions.endAll() ?? 0 };
  return { ended: home.pages?.sessions.endOne(session) ? 1 : 0 };
};
