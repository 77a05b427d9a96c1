// One home node in a process of its own, for the benchmarks: `fork`ed with a directory, and with `mqtt` if it shall take that; ends when its parent lets go of it.
import { home } from '@hale/home';

const takesMqtt = process.argv[3] === 'mqtt';
const node = await home.startNode({ dir: process.argv[2], port: 0, ...(takesMqtt ? { mqttPort: 0 } : {}) });

async function stop(): Promise<void> {
  await node.close();
  process.exit(0);
}

process.on('disconnect', stop);
process.send?.({ url: node.url, relayUrl: node.relayUrl, mqttUrl: node.mqttUrl });
