// Packets of MQTT 3.1.1 by hand: for the benchmark's lean devices, and for what a well-behaved client never sends.

/** A string with its length before it (§1.5.3). */
export function mqttText(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

/** Fixed header (§2.2) and body. */
export function mqttPacket(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}
