// The code of a desk that a phone's own camera brought here as an address: taken out of the address and the history at once.

let taken: string | null = null;

/** @returns true where there was one */
export function keepRoomCode(): boolean {
  if (!/^#room=[\w-]+$/.test(location.hash)) return false;
  taken = `${location.origin}/${location.hash}`;
  history.replaceState(null, '', '/#/show');
  return true;
}

/** Once: a second visit under it would be refused. */
export function takeRoomCode(): string | null {
  const code = taken;
  taken = null;
  return code;
}
