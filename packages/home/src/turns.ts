// Long work in slices: others of the process have their turn between them.

/** Milliseconds after which they do. */
const TURN_MILLIS = 20;

/** To be awaited often: it waits only when a turn is over. */
export function turns(): () => Promise<void> {
  let since = Date.now();
  return async () => {
    if (Date.now() - since < TURN_MILLIS) return;
    await new Promise((turn) => setImmediate(turn));
    since = Date.now();
  };
}
