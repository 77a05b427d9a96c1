// A relay in a process of its own, for tests that kill it: `node relay-process.ts <dir>`, prints its address.
import { installPrimitives } from '@hale/kernel';
import { startRelay } from '../src/relay/host.ts';
import { nativePrimitives } from '../src/relay/native.ts';

installPrimitives(nativePrimitives());
const relay = await startRelay({ dir: process.argv[2], private: false });
process.stdout.write(`${relay.url}\n`);
