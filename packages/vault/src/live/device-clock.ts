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

  /** The moment of what the device says it measured at `deviceMicros`. */
  momentOf(deviceMicros: number, atMicros: number, zoneMinutes: number): number {
    const offset = this.#contactFor(deviceMicros, atMicros, zoneMinutes).offsetSeconds;
    return deviceMicros - offset * 1e6;
  }

  #contactFor(deviceMicros: number, atMicros: number, zoneMinutes: number): ClockContact {
    const last = this.contacts.at(-1);
    const newest = this.#firstFrom(deviceMicros, last?.epoch ?? 0);
    if (newest) return newest;
    // Later than its clock has come since the reset: it was measured before the reset.
    const isAhead = last !== undefined && deviceMicros > last.deviceMicros + LIVE_LIMITS.futureSecondsMax * 1e6;
    for (let epoch = (last?.epoch ?? 0) - 1; isAhead && epoch >= 0; epoch--) {
      const older = this.#firstFrom(deviceMicros, epoch);
      if (older) return older;
    }
    if (last?.compared) {
      last.deviceMicros = deviceMicros;
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

  /** The first contact of an epoch at which the clock had come as far. */
  #firstFrom(deviceMicros: number, epoch: number): ClockContact | undefined {
    return this.contacts.find((each) => each.epoch === epoch && each.deviceMicros >= deviceMicros);
  }

  #add(contact: ClockContact): void {
    this.contacts.push(contact);
    if (this.contacts.length > LIVE_LIMITS.clockContactsMax) this.contacts.shift();
  }
}
