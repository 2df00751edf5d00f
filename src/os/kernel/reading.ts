/** Reading by a public link, without being anybody: the browser takes the link's keys, asks in the link's room, and shows the one fragment it opens (RIGHT26). */
import { AppError } from '#base/app-error';
import { equalBytes, toBase64url } from '#base/bytes';
import { plainLine } from '#base/plain-text';
import type { ReadingView } from '#os/reading-api';
import { mayRead } from '#os/rights/permit';
import { decodeReadLink, readKeys, type ReadLink } from '#vm/protocol/read-link';
import { hasEnded } from './expiry.ts';
import type { KernelParts } from './kernel.ts';
import { spaceRow } from './membership.ts';
import { ownScope, tellsItself } from './part-view.ts';
import { READING_ROW, readerProfile, type Reading } from './reading-row.ts';
import { addSpace, fragmentTitle, fragmentType, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';

function readLink(text: string): ReadLink {
  const decoded = decodeReadLink(text);
  if (decoded.ok) return decoded.value;
  if (decoded.error === 'version') throw new AppError('newer-link', 'This link was made by a newer version.', 'Nothing was changed.', 'Reload the page to get the newest version.');
  throw new AppError('bad-link', 'This is not a public link, or a part of it is missing.', 'Nothing was changed.', 'Ask for the link again and copy it whole.');
}

/** Makes this empty browser a reader of the link; once more with the same link changes nothing. */
export async function openReading(parts: KernelParts, text: string): Promise<void> {
  const { kernel } = parts;
  const link = readLink(text);
  if (kernel.reading && equalBytes(kernel.reading.uid, link.uid) && equalBytes(kernel.reading.space, link.space)) return;
  if (kernel.profile || kernel.returning || kernel.pairing) throw new AppError('already', 'This browser already has an identity.', 'It is untouched.', 'Open the link in a new tab.');
  const { crypto, clock } = kernel.deps;
  const keys = await readKeys(crypto, link.seed);
  const reading: Reading = {
    space: link.space, uid: link.uid, ...keys, session: await crypto.generateSigning(), signaling: link.signaling,
    title: plainLine(link.hint.title), name: plainLine(link.hint.space), until: link.hint.until, openedAt: clock.now(),
  };
  await kernel.store.commit({ origin: kernel.boot, records: [], values: [[READING_ROW, reading], spaceRow(link.space, 'joining')] });
  kernel.reading = reading;
  kernel.profile = readerProfile(reading);
  addSpace(kernel, link.space, 'joining');
  kernel.addServers(link.signaling);
  parts.link();
  kernel.emit({ type: 'spaces' });
}

/** Since when a reader has had no link that serves it, ms; null while it has one. */
const alone = new WeakMap<Reading, number | null>();

/** How the reading stands; null when this browser reads by no link. */
export function readingView(kernel: Kernel): ReadingView | null {
  const { reading, network } = kernel;
  const space = reading && kernel.spaces.get(toBase64url(reading.space));
  if (!reading || !space) return null;
  const uid = toBase64url(reading.uid);
  const scope = ownScope(kernel, space);
  const fragment = [...(scope?.keys() ?? [])].find((key) => mayRead({ scope }, key)) ?? null;
  const links = network.peers.filter((peer) => peer.spaces.includes(space.key)).length;
  const since = links > 0 ? null : (alone.get(reading) ?? kernel.deps.clock.now());
  alone.set(reading, since);
  return {
    space: space.key, fragment, type: fragment === null ? null : fragmentType(space, fragment), links, aloneSince: since,
    title: (fragment === null ? '' : fragmentTitle(space, fragment)) || reading.title, name: spaceName(space) || reading.name, ...stateOf(kernel, space, uid, fragment, reading.until ?? null),
  };
}

function stateOf(kernel: Kernel, space: Space, uid: string, fragment: string | null, says: number | null): Pick<ReadingView, 'state' | 'until'> {
  const member = space.rights.memberOf(uid);
  const until = member?.exp ?? null;
  if (member && hasEnded(member, kernel.time.now())) return { state: 'ended', until };
  const removal = member ? undefined : space.rights.view().revokes.findLast(({ to }) => to === uid);
  if (removal) {
    const { ended } = space.rights.removal(removal.id);
    return ended !== null && ended <= kernel.time.now() ? { state: 'ended', until: ended } : { state: 'revoked', until: null };
  }
  // Behind its end nobody waits for it any more: who opens it first then would look for ever.
  if (member === null && says !== null && says <= kernel.time.now()) return { state: 'ended', until: says };
  const held = fragment === null ? undefined : space.fragments.get(fragment);
  return { state: member === null ? 'looking' : held && tellsItself(held) ? 'open' : 'opening', until };
}
