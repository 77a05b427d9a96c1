// The peer of bench/codec.ts: times as delta of delta, values as XOR of doubles, after T. Pelkonen et al., "Gorilla: A Fast,
// Scalable, In-Memory Time Series Database", VLDB 2015, §4.1. Times in microseconds take 64 bits where the paper has 32.

const scratch = new DataView(new ArrayBuffer(8));

class Bits {
  bytes: Uint8Array = new Uint8Array(1 << 16);
  bit = 0;

  write(value: number, n: number): void {
    if ((this.bit + n) >>> 3 >= this.bytes.length - 8) {
      const grown = new Uint8Array(this.bytes.length * 2);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    for (let left = n; left > 0; ) {
      const room = 8 - (this.bit & 7);
      const take = Math.min(room, left);
      left -= take;
      this.bytes[this.bit >>> 3] |= ((value >>> left) & ((1 << take) - 1)) << (room - take);
      this.bit += take;
    }
  }

  read(n: number): number {
    let value = 0;
    for (let left = n; left > 0; ) {
      const room = 8 - (this.bit & 7);
      const take = Math.min(room, left);
      left -= take;
      value = (value << take) | ((this.bytes[this.bit >>> 3] >>> (room - take)) & ((1 << take) - 1));
      this.bit += take;
    }
    return value >>> 0;
  }
}

function writeTime(bits: Bits, change: number): void {
  if (change === 0) bits.write(0, 1);
  else if (change >= -63 && change <= 64) bits.write((2 << 7) | (change + 63), 9);
  else if (change >= -255 && change <= 256) bits.write((6 << 9) | (change + 255), 12);
  else if (change >= -2047 && change <= 2048) bits.write((14 << 12) | (change + 2047), 16);
  else {
    scratch.setFloat64(0, change);
    bits.write(15, 4);
    bits.write(scratch.getUint32(0), 32);
    bits.write(scratch.getUint32(4), 32);
  }
}

function readTime(bits: Bits): number {
  if (bits.read(1) === 0) return 0;
  if (bits.read(1) === 0) return bits.read(7) - 63;
  if (bits.read(1) === 0) return bits.read(9) - 255;
  if (bits.read(1) === 0) return bits.read(12) - 2047;
  scratch.setUint32(0, bits.read(32));
  scratch.setUint32(4, bits.read(32));
  return scratch.getFloat64(0);
}

/** Writes `length` bits of the 64-bit number high:low that begin `leading` bits from the top. */
function writeWindow(bits: Bits, high: number, low: number, leading: number, length: number): void {
  const inHigh = Math.max(0, Math.min(32, leading + length) - leading);
  if (inHigh > 0) bits.write(high >>> Math.max(0, 32 - leading - length), inHigh);
  if (length > inHigh) bits.write(low >>> (64 - leading - length), length - inHigh);
}

function readWindow(bits: Bits, leading: number, length: number): [number, number] {
  const inHigh = Math.max(0, Math.min(32, leading + length) - leading);
  const high = inHigh === 0 ? 0 : (bits.read(inHigh) << Math.max(0, 32 - leading - length)) >>> 0;
  const low = length <= inHigh ? 0 : (bits.read(length - inHigh) << (64 - leading - length)) >>> 0;
  return [high, low];
}

export function encodeGorilla(times: Float64Array, values: Int32Array): Uint8Array {
  const bits = new Bits();
  let [delta, high, low, leading, trailing] = [0, 0, 0, 99, 0];
  for (let i = 0; i < values.length; i++) {
    const next = i === 0 ? times[0] : times[i] - times[i - 1];
    writeTime(bits, next - delta);
    delta = i === 0 ? 0 : next;
    scratch.setFloat64(0, values[i]);
    const x = (scratch.getUint32(0) ^ high) >>> 0;
    const y = (scratch.getUint32(4) ^ low) >>> 0;
    [high, low] = [scratch.getUint32(0), scratch.getUint32(4)];
    if (x === 0 && y === 0) {
      bits.write(0, 1);
      continue;
    }
    const zerosAhead = Math.min(31, x === 0 ? 32 + Math.clz32(y) : Math.clz32(x));
    const zerosBehind = y === 0 ? 63 - Math.clz32(x & -x) : 31 - Math.clz32(y & -y);
    if (zerosAhead >= leading && zerosBehind >= trailing) bits.write(2, 2);
    else {
      [leading, trailing] = [zerosAhead, zerosBehind];
      bits.write((3 << 11) | (leading << 6) | (64 - leading - trailing - 1), 13);
    }
    writeWindow(bits, x, y, leading, 64 - leading - trailing);
  }
  return bits.bytes.slice(0, (bits.bit + 7) >>> 3);
}

export function decodeGorilla(bytes: Uint8Array, count: number): { times: Float64Array; values: Int32Array } {
  const bits = new Bits();
  bits.bytes = bytes;
  const times = new Float64Array(count);
  const values = new Int32Array(count);
  let [delta, high, low, leading, length] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const next = delta + readTime(bits);
    times[i] = i === 0 ? next : times[i - 1] + next;
    delta = i === 0 ? 0 : next;
    if (bits.read(1) === 1) {
      if (bits.read(1) === 1) {
        leading = bits.read(5);
        length = bits.read(6) + 1;
      }
      const [x, y] = readWindow(bits, leading, length);
      [high, low] = [(high ^ x) >>> 0, (low ^ y) >>> 0];
    }
    scratch.setUint32(0, high);
    scratch.setUint32(4, low);
    values[i] = scratch.getFloat64(0);
  }
  return { times, values };
}
