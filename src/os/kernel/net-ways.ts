/** By which ways direct links are made on this device: own STUN and TURN servers, and whether the network address is hidden from other people. */
import { AppError } from '#base/app-error';
import { encodeCbor } from '#base/cbor';
import { toCbor } from '#os/graph-manager/values';
import { WAY_LIMITS } from '#os/way-limits';
import type { NetWays, WayCheck, WayServer } from '#os/net-acts-api';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';
import { postNotice } from './tab-notices.ts';
import { sealInVault } from './vault.ts';

const URL = /^(?:stuns?|turns?):[^\s/]{1,200}$/;

/** What is chosen now. */
export function ownWays({ ways }: Kernel): NetWays {
  return { hide: ways.hide, ice: ways.ice.map((server) => ({ ...server, urls: [server.urls].flat() })) };
}

/** Keeps another choice; new links use it. Where the address is hidden or shown from now on, the links are made anew. AppError `bad-way`, `no-identity`. */
export async function setWays(parts: KernelParts, ways: NetWays): Promise<NetWays> {
  const { kernel } = parts;
  if (!Array.isArray(ways.ice) || ways.ice.length > WAY_LIMITS.servers || typeof ways.hide !== 'boolean') throw badWay();
  const clean: NetWays = { hide: ways.hide, ice: ways.ice.map(checked) };
  const row = await sealInVault(kernel, encodeCbor(toCbor({ hide: clean.hide, ice: clean.ice.map((server) => ({ ...server })) })));
  if (row === null) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was kept.', 'Choose a name first.');
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [['net/ways', row]] });
  await parts.servers.load();
  postNotice(kernel, { t: 'servers' });
  return clean;
}

const badWay = (): AppError => new AppError('bad-way', 'A server address begins with stun:, stuns:, turn: or turns:. A TURN server needs a name and a password.', 'The servers in use stay as they are.', 'Correct the address.');

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= WAY_LIMITS.textChars;

function checked({ urls, username, credential }: WayServer): WayServer {
  if (!Array.isArray(urls) || urls.length !== 1 || !urls.every((url) => typeof url === 'string' && URL.test(url))) throw badWay();
  if (!urls[0]!.startsWith('turn')) return { urls: [...urls] };
  // The engine throws on a TURN server without them.
  if (!isText(username) || !isText(credential)) throw badWay();
  return { urls: [...urls], username, credential };
}

/** Asks one server for a way, for real: it stands when the engine was given a candidate by it. Nobody is told of it. */
export function checkWay({ deps }: Kernel, server: WayServer): Promise<WayCheck> {
  const one = checked(server);
  const { clock, dialer } = deps;
  const from = clock.monotonic();
  return new Promise((resolve) => {
    const end = (reason: WayCheck['reason']): void => {
      cancel();
      resolve({ ok: reason === null, ms: Math.round(clock.monotonic() - from), reason });
      dialing.abort();
    };
    const cancel = clock.setTimer(WAY_LIMITS.checkMs, () => end('no-answer'));
    const dialing = dialer.dial({
      initiator: true, iceServers: [one], relayOnly: one.urls[0]!.startsWith('turn'),
      onSignal: (data) => void (/ typ (srflx|relay)\b/.test(JSON.stringify(data) ?? '') && end(null)),
      onOpen: (wire) => wire.close('checked'),
      onFail: (reason) => void (reason !== 'aborted' && end('unsupported')),
    });
  });
}
