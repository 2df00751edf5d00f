/** What links are made of: loaded as one (links.ts). */
export { createReplication } from '#vm/replication/replication';
export { createHost } from './host.ts';
export { createReturnHost } from './return-host.ts';
