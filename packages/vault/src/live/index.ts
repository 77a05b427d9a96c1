// What live sources send, decoded without sockets: Bluetooth GATT frames, MQTT messages, Home Assistant discovery.

export { type BluetoothDeviceState, type FrameReadout, FrameTimeline } from './frame-timeline.ts';
export { type BadLine, type Frame, parseFrames } from './frames.ts';
export { LIVE_LIMITS } from './limits.ts';
