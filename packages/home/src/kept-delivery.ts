// What was delivered while the home was locked, taken in by the same ways as what comes live.
import { HaleError } from '@hale/kernel';
import { FRAMES_TYPE, takeKeptFrames } from './bluetooth.ts';
import type { Home } from './home.ts';
import { type KnownDevice, parseDelivery, takeKeptRuns } from './live.ts';
import { MESSAGES_TYPE, takeKeptMessages } from './mqtt/messages.ts';
import { NIGHTSCOUT_CALL, takeKeptCall } from './nightscout/keeping.ts';

/** Synchronous, because the inbox forgets it afterwards. @throws HaleError 'malformed' | 'too-large' | 'full' | 'retired' */
export function takeKeptDelivery(home: Home, device: KnownDevice, body: Uint8Array, contentType: string): void {
  if (contentType === FRAMES_TYPE) takeKeptFrames(home, device, body);
  else if (contentType === MESSAGES_TYPE) takeKeptMessages(home, device, body);
  else if (contentType === NIGHTSCOUT_CALL) takeKeptCall(home, device, body);
  else takeKeptRuns(home, device, parseDelivery(body, contentType));
}

/** Before it is kept: what cannot be read must be refused now, and not when nobody listens any more. @throws as `parseDelivery` */
export function refuseUnreadable(body: Uint8Array, contentType: string): void {
  // Uploads of Nightscout come by a door of their own and were judged there: from another, it is a device that calls its delivery so.
  if (contentType === NIGHTSCOUT_CALL) throw new HaleError('malformed', 'this device does not speak Nightscout');
  // Frames and messages are judged one by one when they are taken in.
  if (contentType !== FRAMES_TYPE && contentType !== MESSAGES_TYPE) parseDelivery(body, contentType);
}
