import { fromHex, sha256, toHex } from '@hale/kernel';

/**
 * What is kept of an invitation's claim, or of a ticket: hashed before it is looked up, so that comparing time tells nothing about what is kept.
 * @returns '' for what is not 64 hex
 */
export function claimHash(claim: string): string {
  return /^[0-9a-f]{64}$/.test(claim) ? toHex(sha256(fromHex(claim))) : '';
}
