// A device's own clock against the gateway's (HL7 PHD IG, coincident timestamps). What a device stored is mapped by the first contact after
// it, and the same stored time always by the same one: what is sent again lands on itself.
import { LIVE_LIMITS } from './limits.ts';

export interface ClockContact {
  /** What the device's clock showed, micros as if UTC. */
  deviceMicros: number;
  /** Device minus gateway; the zone that the clock is set to is part of it. */
  offsetSeconds: number;
  /** Gateway's time of it, micros. */
  atMicros: number;
  zoneMinutes: number;
  /** Counts up each time the clock ran backwards: after a reset, equal times mean other moments. */
  epoch: number;
  /** False: nobody compared; the clock was taken to be right in its zone. */
  compared: boolean;
}

/** Two clocks, a radio between them, and drift from contact to contact. */
const SLACK_MICROS = LIVE_LIMITS.futureSecondsMax * 1e6;

export class DeviceClockBook {
  readonly contacts: ClockContact[];

  /** @param contacts as kept, oldest first; changed by what is noted */
  constructor(contacts: ClockContact[]) {
    this.contacts = contacts;
  }

  /** Notes a coincident time. True when the clock stands otherwise than known. */
  note(deviceMicros: number, atMicros: number, zoneMinutes: number): boolean {
    const offsetSeconds = Math.round((deviceMicros - atMicros) / 1e6);
    const last = this.contacts.at(-1);
    const isSame =
      last?.compared === true &&
      last.zoneMinutes === zoneMinutes &&
      Math.abs(last.offsetSeconds - offsetSeconds) <= LIVE_LIMITS.clockJitterSeconds;
    if (isSame) {
      last.deviceMicros = Math.max(last.deviceMicros, deviceMicros);
      last.atMicros = Math.max(last.atMicros, atMicros);
      return false;
    }
    const ranBack = last !== undefined && atMicros >= last.atMicros && deviceMicros < last.deviceMicros - 2e6;
    const epoch = (last?.epoch ?? 0) + (ranBack ? 1 : 0);
    this.#add({ deviceMicros, offsetSeconds, atMicros, zoneMinutes, epoch, compared: true });
    return true;
  }

  /**
   * The moment of what the device says it measured at `deviceMicros`, and whether it was measured before the clock was set back: then the clock
   * will show that time once more, and only who remembers the moment tells the two apart.
   */
  momentOf(deviceMicros: number, atMicros: number, zoneMinutes: number): { micros: number; beforeReset: boolean } {
    const contact = this.#contactFor(deviceMicros, atMicros, zoneMinutes);
    const beforeReset = contact.epoch < (this.contacts.at(-1)?.epoch ?? 0);
    return { micros: deviceMicros - contact.offsetSeconds * 1e6, beforeReset };
  }

  #contactFor(deviceMicros: number, atMicros: number, zoneMinutes: number): ClockContact {
    const last = this.contacts.at(-1);
    const newest = this.#firstFrom(deviceMicros, last?.epoch ?? 0);
    if (newest) return newest;
    // Later than its clock has come since the reset: it was measured before the reset.
    const isAhead = last !== undefined && deviceMicros > last.deviceMicros + SLACK_MICROS;
    for (let epoch = (last?.epoch ?? 0) - 1; isAhead && epoch >= 0; epoch--) {
      const older = this.#firstFrom(deviceMicros, epoch) ?? this.#lastBeforeReset(deviceMicros, epoch);
      if (older) return older;
    }
    if (last?.compared) {
      // What lies after its reception says nothing of how far the clock has come.
      const isPast = deviceMicros - last.offsetSeconds * 1e6 <= atMicros + SLACK_MICROS;
      if (isPast) last.deviceMicros = deviceMicros;
      return last;
    }
    const offsetSeconds = zoneMinutes * 60;
    const contact = { deviceMicros, offsetSeconds, atMicros, zoneMinutes, epoch: last?.epoch ?? 0, compared: false };
    if (last && last.offsetSeconds === offsetSeconds) {
      last.deviceMicros = deviceMicros;
      return last;
    }
    this.#add(contact);
    return contact;
  }

  /**
   * The contact of an epoch that speaks for a time: the first at which the clock had come as far; the one before it, where the clock was set
   * forward between the two and the time was measured before that.
   */
  #firstFrom(deviceMicros: number, epoch: number): ClockContact | undefined {
    const at = this.contacts.findIndex((each) => each.epoch === epoch && each.deviceMicros >= deviceMicros);
    if (at < 0) return undefined;
    const [before, found] = [this.contacts[at - 1], this.contacts[at]];
    // By the clock it came after the contact before, and by the later comparison it would lie before it.
    const wasSetForward =
      before?.compared &&
      before.epoch === epoch &&
      deviceMicros - found.offsetSeconds * 1e6 < before.atMicros - SLACK_MICROS;
    return wasSetForward ? before : found;
  }

  /** What was measured after the last contact of an epoch and before the clock was set back: by that contact, where it fits between the two. */
  #lastBeforeReset(deviceMicros: number, epoch: number): ClockContact | undefined {
    const last = this.contacts.findLast((each) => each.epoch === epoch && each.compared);
    const next = this.contacts.find((each) => each.epoch === epoch + 1);
    if (!last || !next) return undefined;
    const moment = deviceMicros - last.offsetSeconds * 1e6;
    return moment >= last.atMicros - SLACK_MICROS && moment <= next.atMicros + SLACK_MICROS ? last : undefined;
  }

  #add(contact: ClockContact): void {
    this.contacts.push(contact);
    if (this.contacts.length > LIVE_LIMITS.clockContactsMax) this.contacts.shift();
  }
}
