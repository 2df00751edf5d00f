/** Calls of this page, wired: signals over the kernel, media in the page, frames in a worker of their own. Loaded with the first look for calls. */
import { createCallDesk } from '#adapters/calls/call-desk';
import { createSystemClock } from '#adapters/system-clock/system-clock';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import type { LifegraphApi } from '#os/api';
import type { CallDesk } from '#os/calls-api';

/** The desk of calls of this page. */
export function startCalls(api: LifegraphApi): CallDesk {
  return createCallDesk({
    clock: createSystemClock(), random: createWebRandom(crypto), crypto: createWebCrypto(crypto.subtle),
    me: () => api.identity.get(),
    send: ({ space, fragment }, body) => void api.calls.send(space, fragment, body).catch(() => undefined),
    listen: (on) => void api.calls.subscribe(on),
    // Whoever may write there may call there (src/os/kernel/calls.ts), where they may read.
    async present({ space, fragment }) {
      const mine = (await api.spaces.list()).find(({ id }) => id === space);
      if (mine?.role !== 'owner' && mine?.role !== 'admin' && mine?.role !== 'member') return null;
      const may = (await api.spaces.members(space)).filter(({ role, scope }) => role !== 'guest' && (scope === null || scope.includes(fragment)));
      return new Map(may.map(({ uid, devices }) => [uid, new Set(devices.map(({ device }) => device))]));
    },
    onRights: (on) => void api.on(({ type }) => (type === 'spaces' || type === 'members') && on()),
    ways: () => api.network.act({ act: 'call-ways' }),
    media: () => new Worker(new URL('../../workers/media.worker.ts', import.meta.url), { type: 'module', name: 'media' }),
  });
}
