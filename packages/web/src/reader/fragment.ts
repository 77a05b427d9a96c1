// The first thing that this page does: the secret part of its address is taken out of the address bar and of the history, before any other
// module runs (main.tsx imports this one first).
let taken: string | null = takeOut();

function takeOut(): string | null {
  const link = location.hash.length > 1 ? location.href : null;
  try {
    history.replaceState(null, '', location.pathname + location.search);
  } catch {
    // Old browsers refuse this for files; an entry of the history stays then.
    location.hash = '';
  }
  return link;
}

/** The same address once more in this tab, with a secret part: no page is loaded for that. It is taken out at once, then `open` is called. */
export function onLinkAgain(open: () => void): void {
  addEventListener('hashchange', () => {
    const link = takeOut();
    if (link === null) return;
    taken = link;
    open();
  });
}

/** The whole link, once: afterwards this thread knows it no more. null where the address had no secret part. */
export function takeLink(): string | null {
  const link = taken;
  taken = null;
  return link;
}
