// The service worker that keeps the shell of these pages. Its address is the only one that this page may load a script from by itself, and the
// page's policy (Trusted Types) lets nobody else make another.

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (text: string) => string },
  ): {
    createScriptURL(text: string): string;
  };
}

const WORKER = '/sw.js';

/** Does nothing where a browser has no workers or refuses one: the pages work without. */
export function keepShell(): void {
  if (!('serviceWorker' in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('hale', {
    createScriptURL: (text) => {
      if (text !== WORKER) throw new TypeError('not a script of these pages');
      return text;
    },
  });
  navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER).catch(() => {});
}
