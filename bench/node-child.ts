// One home node in a process of its own, for the benchmarks: `fork`ed with a directory; ends when its parent lets go of it.
import { home } from '@hale/home';

const node = await home.startNode({ dir: process.argv[2], port: 0 });

async function stop(): Promise<void> {
  await node.close();
  process.exit(0);
}

process.on('disconnect', stop);
process.send?.({ url: node.url, relayUrl: node.relayUrl });
