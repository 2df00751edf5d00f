/** Who is here and who is typing: sealed, signed, gone by itself (FORMATS 8, Ephemeral). Never in GUN, log or digest. Previews come the same way. Payload = CBOR [kind, fragment b16, name]. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { Presence } from '#os/api';
import { KERNEL_LIMITS } from '#os/limits';
import { openEphemeral, parseEphemeral, verifyEphemeral } from '#vm/protocol/messages';
import { createCallsDoor, type CallsDoor } from './calls-door.ts';
import type { EphemeralOut } from './ephemeral-out.ts';
import type { PreviewBook } from './previews.ts';
import type { Kernel, Space } from './state.ts';

export interface PresenceBook {
  /** Announces, at most once per half of the time to live and kind. */
  set(space: Space, fragment: Bytes, kind: Presence['kind']): void;
  /** `verified`: its signature was checked on this device already. */
  receive(space: Space, bytes: Bytes, verified?: boolean): Promise<void>;
  list(space: Space): Presence[];
  /** The links are others now: whoever is new is told who is here. */
  onLinks(): void;
  /** Signals of calls come and go the same way. */
  readonly calls: CallsDoor;
}

interface Line extends Presence {
  readonly until: number;
  readonly boot: string;
  readonly ctr: number;
}

/** A timer of the page may come a little early: what is said anew each half of its life is not held back for that. */
const EARLY_MS = 1_000;
/** What explains who says it may come after the first word, and after a new link: then it is said once more, ms. */
const AGAIN_MS = 1_500;

const TTL: Record<Presence['kind'], number> = { here: KERNEL_LIMITS.hereTtlMs, typing: KERNEL_LIMITS.typingTtlMs };

/** Where this tab said last that it is here; `say` says it once more to whoever came since. */
function createPlace(kernel: Kernel, say: (space: Space, fragment: Bytes) => void): { at(space: Space, fragment: Bytes): void; onLinks(): void } {
  const { clock } = kernel.deps;
  const here = new Map<string, { readonly name: string; readonly fragment: Bytes; since: number; due: boolean }>();
  const linked = new Map<string, ReadonlySet<string>>();
  const again = (space: Space): void => {
    const place = here.get(space.key);
    if (!place || place.due || clock.monotonic() - place.since > TTL.here / 2) return;
    place.due = true;
    clock.setTimer(AGAIN_MS, () => {
      place.due = false;
      if (here.get(space.key) === place) say(space, place.fragment);
    });
  };
  return {
    at(space, fragment) {
      const [known, name] = [here.get(space.key), toBase64url(fragment)];
      if (known?.name === name) return void (known.since = clock.monotonic());
      here.set(space.key, { name, fragment, since: clock.monotonic(), due: false });
      again(space);
    },
    onLinks() {
      for (const key of here.keys()) {
        const space = kernel.spaces.get(key);
        const devices = new Set(kernel.network.peers.filter((peer) => peer.spaces.includes(key)).map((peer) => peer.device));
        if (space && [...devices].some((device) => linked.get(key)?.has(device) !== true)) again(space);
        linked.set(key, devices);
      }
    },
  };
}

export function createPresence(kernel: Kernel, out: EphemeralOut, previews: PreviewBook): PresenceBook {
  const lines = new Map<string, Map<string, Line>>();
  const sent = new Map<string, number>();
  const now = (): number => kernel.deps.clock.monotonic();
  const say = (space: Space, fragment: Bytes, kind: Presence['kind']): void => out.send(space, fragment, TTL[kind], [kind, fragment, kernel.profile?.name ?? '']);
  // "Here" would end the typing.
  const stay = createPlace(kernel, (space, fragment) => {
    const typing = sent.get(`${space.key}/${toBase64url(fragment)}/typing`);
    if (typing === undefined || now() - typing >= TTL.typing) say(space, fragment, 'here');
  });

  const calls = createCallsDoor(kernel, ({ createCalls }) => createCalls(kernel, out));
  return {
    calls,
    set(space, fragment, kind) {
      const place = `${space.key}/${toBase64url(fragment)}`;
      const name = `${place}/${kind}`;
      // "Here" after "typing" says that the line is sent: it goes at once and ends the typing.
      if (kind === 'here' && sent.delete(`${place}/typing`)) sent.delete(name);
      const last = sent.get(name);
      if (last !== undefined && now() - last < TTL[kind] / 2 - EARLY_MS) return;
      if (sent.size > KERNEL_LIMITS.presencePerSpace) sent.clear();
      sent.set(name, now());
      say(space, fragment, kind);
      if (kind === 'here') stay.at(space, fragment);
    },
    onLinks: stay.onLinks,
    async receive(space, bytes, verified = false) {
      const parsed = parseEphemeral(bytes);
      if (!parsed.ok) return kernel.metric('ephemeral.bad', 1);
      const e = parsed.value;
      const writer = toBase64url(e.writer);
      const certificate = space.rights.writer(e.writer);
      // The certificate is signed by device and slot only; whose device it is, the acl says.
      const uid = certificate && space.rights.personOf(fromBase64url(certificate.ds)!);
      const epoch = space.rights.sealingEpoch();
      const key = epoch && (await space.keys.presence(epoch, e.fragment));
      if (!uid || uid !== certificate.uid || !key) return;
      if (!verified && !(await verifyEphemeral(kernel.deps.crypto, space.id, e))) return kernel.metric('ephemeral.forged', 1);
      const value = await openEphemeral(kernel.deps.crypto, key, e);
      const device = certificate.ds;
      const bootText = toBase64url(e.boot);
      const from = { uid, device, writer: e.writer, fragment: e.fragment, boot: bootText, ctr: e.ctr, ttl: e.ttl };
      if (previews.take(space, from, value) || calls.take(space, from, value)) return;
      if (!Array.isArray(value) || (value[0] !== 'here' && value[0] !== 'typing')) return;
      const name = `${writer}/${toBase64url(e.fragment)}/${value[0]}`;
      let list = lines.get(space.key);
      if (!list) lines.set(space.key, (list = new Map()));
      const known = list.get(name);
      if (known && known.boot === bootText && known.ctr >= e.ctr) return;
      if (!known && list.size >= KERNEL_LIMITS.presencePerSpace) list.delete(list.keys().next().value!);
      if (value[0] === 'here') list.delete(`${writer}/${toBase64url(e.fragment)}/typing`);
      list.set(name, { uid, device, kind: value[0], fragment: toBase64url(e.fragment), until: now() + e.ttl, boot: bootText, ctr: e.ctr });
      if (typeof value[2] === 'string') kernel.onNameHeard(space, uid, value[2]);
      kernel.emit({ type: 'presence', space: space.key, fragment: toBase64url(e.fragment) });
    },
    list(space) {
      const list = lines.get(space.key);
      if (!list) return [];
      for (const [name, line] of list) if (line.until <= now()) list.delete(name);
      return [...list.values()].map(({ uid, device, kind, fragment }) => ({ uid, device, kind, fragment }));
    },
  };
}
