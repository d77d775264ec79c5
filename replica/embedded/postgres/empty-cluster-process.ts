import { emptyCluster } from './empty-cluster.ts';

/** Makes the empty cluster in the cache directory that it is given. It ends with its parent, however that ends. */
process.once('disconnect', () => process.exit(1));
const [, , cacheDirectory] = process.argv;
if (cacheDirectory === undefined) throw new Error('no cache directory given');
await emptyCluster(cacheDirectory);
process.exit(0);
