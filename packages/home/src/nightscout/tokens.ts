// JSON Web Tokens of API v3: HS256 with a key that lives as long as this process and lies on no disk. After a restart clients ask for
// a new one with their access token, as they do after eight hours. Works while the home is locked.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { toHex } from '@hale/kernel';
import { HOME_LIMITS } from '../limits.ts';
import { type Door, hashOf } from './devices.ts';

export interface Issued {
  token: string;
  iat: number;
  exp: number;
}

const ownMark = ({ device, tokenHash }: Door): string =>
  toHex(hashOf(`jwt ${device} ${toHex(tokenHash)}`)).slice(0, 16);

const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');

export class WebTokens {
  readonly #key = randomBytes(32);

  issue(door: Door, nowMillis: number): Issued {
    const iat = Math.floor(nowMillis / 1000);
    const exp = iat + HOME_LIMITS.nightscoutTokenSeconds;
    // The device by its id and by its present access token: one that was removed or made anew has neither.
    const claims = { sub: door.device, own: ownMark(door), iat, exp };
    const body = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return { token: `${body}.${this.#sign(body)}`, iat, exp };
  }

  /** Whose it is; null: not ours, run out, or of a device that is gone. */
  verify(token: string, doors: readonly Door[], nowMillis: number): Door | null {
    const parts = token.split('.');
    if (parts.length !== 3 || parts[0] !== HEADER || token.length > 1000) return null;
    const given = Buffer.from(parts[2]);
    const wanted = Buffer.from(this.#sign(`${parts[0]}.${parts[1]}`));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    const claims = JSON.parse(Buffer.from(parts[1], 'base64url').toString()) as {
      sub: string;
      own: string;
      exp: number;
    };
    if (!(claims.exp * 1000 > nowMillis)) return null;
    return doors.find((door) => door.device === claims.sub && ownMark(door) === claims.own) ?? null;
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}
