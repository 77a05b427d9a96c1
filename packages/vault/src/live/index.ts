// What live sources send, decoded without sockets: Bluetooth GATT frames, MQTT messages, Home Assistant discovery.
export type { ClockContact } from './device-clock.ts';
export { doubtfulTimes, TIME_DOUBT } from './doubt.ts';
export { type BluetoothDeviceState, type FrameReadout, FrameTimeline } from './frame-timeline.ts';
export { type BadLine, type Frame, parseFrames } from './frames.ts';
export {
  type AnnouncedSensor,
  type Discovery,
  isDiscoveryTopic,
  parseDiscovery,
  readState,
} from './home-assistant.ts';
export { LIVE_LIMITS } from './limits.ts';
export { type MessageReadout, readMessage } from './message.ts';
