/** Limits of what live sources send, with unit and reason. */
export const LIVE_LIMITS = {
  /** UTF-16 units of one line of frames: a GATT value has at most 512 bytes (1,024 hex digits), the rest is names and times. */
  frameLineUnitsMax: 4_096,
  /** Bytes of one GATT value (Bluetooth Core, Vol 3 Part F §3.2.9). */
  frameValueBytesMax: 512,
  /** Frames in one delivery: a day of a chest strap. */
  framesPerDeliveryMax: 100_000,
  /** UTF-16 units of a Bluetooth device's address or name. */
  frameDeviceUnitsMax: 64,
  /** Bluetooth devices behind one gateway whose clocks are kept. */
  devicesPerGatewayMax: 64,
  /** Changes of a device's clock that are kept: one that drifts two seconds a day makes 180 a year, and only what is sent again needs old ones. */
  clockContactsMax: 64,
  /** Glucose readings whose context may still come. */
  sequencesKept: 64,
  /** Measurements whose moment is remembered because their own time does not tell it: what a meter holds when its clock is found wrong. */
  settledKept: 512,
  /** Rejected lines that an answer names one by one; the others are counted. */
  rejectionsNamedMax: 20,
  /** Seconds by which a coincident time may differ from the last without counting as another: both clocks tell whole seconds, and radio takes its time. */
  clockJitterSeconds: 2,
  /** Seconds that a measurement may lie after its reception: beyond, its clock is wrong. */
  futureSecondsMax: 120,
  /** Years that a stored measurement may be old when no coincident time vouches for it: clocks start again at 2000 or 2010 with a new battery. */
  storedYearsMax: 10,
  /** Micros since 1970 of the earliest reception by a gateway (the year 2000): what counts seconds or milliseconds lies before. */
  frameTimeMicrosMin: 946_684_800_000_000,
  /** UTF-16 units of a discovery message: Home Assistant's own are about 1,000. */
  discoveryUnitsMax: 16_384,
  /** Levels of a value_template: `value_json.a.b.c`. */
  templateLevelsMax: 8,
  /** UTF-16 units of a topic that a discovery message names. */
  topicUnitsMax: 256,
  /** Sensors that one device may announce: each may become a stream. */
  sensorsPerDeviceMax: 64,
} as const;
