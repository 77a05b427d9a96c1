/** The sealing half: derive, sign, seal, wrap, grant. Needs the owner's secrets and opens nothing. */
export { signEvent } from './event.ts';
