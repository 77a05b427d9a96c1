// The page's half of the session. It lies in the storage of this tab, which no other port of this machine can read; another tab of this node
// gets it from one that has it.
const NAME = 'hale-session';
const WAIT_MILLIS = 150;

let key: string | null = null;
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(NAME) : null;

channel?.addEventListener('message', ({ data }: MessageEvent<{ asks?: true; locked?: true }>) => {
  if (data.asks && key !== null) channel.postMessage({ key });
});

function stored(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

export function keepKey(given: string | null): void {
  key = given;
  try {
    if (given === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, given);
  } catch {
    // A browser without storage: the session lasts as long as this page.
  }
}

/** From this tab's storage, else from another tab; null where nobody has one. */
export async function findKey(): Promise<void> {
  key = stored();
  if (key !== null || !channel) return;
  const heard = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), WAIT_MILLIS);
    channel.addEventListener('message', ({ data }: MessageEvent<{ key?: string }>) => {
      if (data.key === undefined) return;
      clearTimeout(timer);
      resolve(data.key);
    });
    channel.postMessage({ asks: true });
  });
  if (heard !== null) keepKey(heard);
}

/** As headers of a request. */
export const keyHeaders = (): Record<string, string> => (key === null ? {} : { 'x-hale-key': key });

/** Tells the other tabs that the vault was locked, and hears of it. */
export const tellLocked = (): void => channel?.postMessage({ locked: true });
export function whenLocked(locked: () => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<{ locked?: true }>) => {
    if (data.locked) locked();
  });
}
