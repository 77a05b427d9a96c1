// Text messages of a server as bytes (RFC 6455 §5.2): many in one buffer and one write, where `ws` makes two buffers and a write of each.

const FIN_TEXT = 0x81;
const SHORT_MAX = 125;
const MEDIUM_MAX = 65_535;

const headBytes = (length: number): number => (length <= SHORT_MAX ? 2 : length <= MEDIUM_MAX ? 4 : 10);

/** The messages one after the other, each a frame of its own, without a mask as servers send them. */
export function textFrames(messages: readonly string[]): Buffer {
  const lengths = messages.map((message) => Buffer.byteLength(message));
  const out = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + headBytes(length) + length, 0));
  let at = 0;
  for (const [n, message] of messages.entries()) {
    const length = lengths[n];
    out[at] = FIN_TEXT;
    if (length <= SHORT_MAX) out[at + 1] = length;
    else if (length <= MEDIUM_MAX) {
      out[at + 1] = 126;
      out.writeUInt16BE(length, at + 2);
    } else {
      out[at + 1] = 127;
      out.writeBigUInt64BE(BigInt(length), at + 2);
    }
    at += headBytes(length);
    at += out.write(message, at);
  }
  return out;
}
