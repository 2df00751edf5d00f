/** Acts on the network that are asked for seldom. Loaded when one is asked for. */
import { AppError } from '#base/app-error';
import type { NetAct, NetNotice } from '#os/net-acts-api';
import type { NetCheckLine } from '#os/net-check-api';
import { checkNetwork } from '#vm/mesh/net-check';
import { handAct, handHeard } from './by-hand.ts';
import type { KernelParts } from './kernel.ts';
import { checkWay, ownWays, setWays } from './net-ways.ts';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';

/** Does one act. */
export async function netAct(parts: KernelParts, act: NetAct): Promise<unknown> {
  if (act.act === 'ways') return ownWays(parts.kernel);
  if (act.act === 'set-ways') return setWays(parts, act.ways);
  if (act.act === 'check-way') return checkWay(parts.kernel, act.server);
  // Another tab holds the links: those that servers named are known there.
  if (act.act === 'call-ways') return parts.kernel.replication?.byHand.now() ?? { iceServers: parts.kernel.ways.ice, relayOnly: parts.kernel.ways.hide };
  return handAct(parts, act);
}

/** What another tab said. */
export async function netHeard(parts: KernelParts, notice: NetNotice): Promise<void> {
  if (notice.act === 'seen') return handHeard(parts.kernel, notice.view);
  if (parts.kernel.leader) await netAct(parts, notice);
}

/** Keeps other signaling servers. AppError `bad-address`. */
export async function setServers(parts: KernelParts, urls: readonly string[]): Promise<void> {
  const { kernel, servers } = parts;
  if (!Array.isArray(urls) || urls.length > 8 || !urls.every((url) => typeof url === 'string' && /^wss?:\/\/[^\s]{1,200}$/.test(url))) {
    throw new AppError('bad-address', 'A server address begins with ws:// or wss://.', 'The servers in use stay as they are.', 'Correct the address.');
  }
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [['net/servers', [...urls]]] });
  await servers.load(true);
  postNotice(kernel, { t: 'servers' });
}

/** Tries the network for real, once, when somebody asks. */
export function checkNow({ deps, servers, ways }: Kernel): Promise<NetCheckLine[]> {
  const { clock, random, sockets, dialer } = deps;
  return checkNetwork({ clock, random, sockets, dialer, iceServers: ways.ice, servers: servers() });
}
