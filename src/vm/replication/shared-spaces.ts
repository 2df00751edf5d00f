/** What two ends of a link, or two links, have in common. */
import { toBase64url, type Bytes } from '#base/bytes';
import type { Link } from '#vm/mesh/link-types';
import { mayServe, type Core } from './peer-state.ts';

/** Did the other end prove the space, and may it be served now? */
export function shares(core: Core, link: Link, space: Uint8Array): boolean {
  const peer = core.peers.get(link.id);
  const state = peer?.spaces.get(toBase64url(space));
  return peer !== undefined && state !== undefined && state.proven && mayServe(core, peer, state);
}

/** Spaces shared with the other end of a link. */
export function spacesOf(core: Core, link: Link): readonly Bytes[] {
  return [...(core.peers.get(link.id)?.spaces.values() ?? [])].map((state) => state.space).filter((space) => shares(core, link, space));
}

/** Is there a space that both ends proved? */
export function mayIntroduce(core: Core, a: Link, b: Link): boolean {
  const [x, y] = [core.peers.get(a.id), core.peers.get(b.id)];
  if (x === undefined || y === undefined) return false;
  for (const state of x.spaces.values()) {
    const other = y.spaces.get(state.key);
    if (other?.proven === true && state.proven && mayServe(core, x, state) && mayServe(core, y, other)) return true;
  }
  return false;
}
