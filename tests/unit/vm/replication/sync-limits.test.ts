/** Limits of anti-entropy, admission and look-ups, met by ends that list, ask, prove and join without end, or stay silent. */
import { describe, expect, test } from 'vitest';
import { equalBytes, toBase64url, u32be, type Bytes } from '#base/bytes';
import { encodeCbor, type CborValue } from '#base/cbor';
import { createKit, named, SPACE, type KitPeer } from '#tests/support/core-kit';
import type { LinkMessage } from '#vm/mesh/link-types';
import { signInviteProof, spaceProof } from '#vm/protocol/handshake';
import { createAdmission } from '#vm/replication/admission';
import { spaceDigest } from '#vm/replication/digests';
import type { JoinAttempt, SpaceContact } from '#vm/replication/host';
import { createLookups } from '#vm/replication/lookups';
import { spaceState } from '#vm/replication/peer-state';
import { createServe } from '#vm/replication/serve';
import { createSync } from '#vm/replication/sync';

const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const message = (event: string, value: CborValue, id = 'x'): LinkMessage => ({ event, id, payload: encodeCbor(value), channel: 'live' });
/** Fragment ids spread over all 256 leaves of the tree. */
const fragment = (i: number): Bytes => Uint8Array.of(i & 255, i >> 8, 7, ...new Uint8Array(13)) as Bytes;
const items = (value: CborValue | undefined, at: number): CborValue[] => (value as CborValue[])[at] as CborValue[];

/** Answers every question of the link for which `of` gives a value, until there are no more. */
async function answers(kit: Awaited<ReturnType<typeof createKit>>, link: KitPeer, of: (event: string, value: CborValue[]) => CborValue | undefined): Promise<void> {
  for (let at = 0; at < link.said.length; ) {
    const { event, value, id } = link.said[at++]!;
    const answer = of(event, value as CborValue[]);
    if (event.endsWith(':requested') && answer !== undefined) link.peer.queries.onMessage(message(event.replace('requested', 'completed'), answer, id));
    await kit.clock.settle();
  }
}

describe('an end that asks', () => {
  test('for the heads of one fragment two thousand times in one question gets them once', async () => {
    const kit = await createKit();
    const link = kit.link('greedy');
    kit.host.fragments = () => [{ fragment: fragment(1), digest: named('mine') }, { fragment: fragment(2), digest: named('mine') }];
    kit.host.heads = () => times(500, (i) => ({ writer: named(`w${i}`), seq: 1, id: named(`i${i}`) }));
    createServe(kit.core).onMessage(link.peer, message('sync:heads:v1:requested', [SPACE, [...times(2_000, () => [fragment(1), null]), [fragment(2), null]]]));
    const told = link.said.flatMap((said) => items(said.value, 0) as CborValue[][]).map(([of, heads]) => [toBase64url(of as Bytes), (heads as CborValue[]).length]);
    expect(told).toEqual([[toBase64url(fragment(1)), 500], [toBase64url(fragment(2)), 500]]);
  });
});

describe('an end that lists much', () => {
  async function asking() {
    const kit = await createKit();
    const wanted: string[] = [];
    const synced: string[] = [];
    const sync = createSync(kit.core, { want: async (_p, _s, head) => (wanted.push(toBase64url(head.id)), true), again: () => undefined, schedule() {}, onClosed() {}, size: () => 0 }, {
      onSynced: (peer) => void synced.push(peer.id),
    });
    return { kit, sync, wanted, synced };
  }

  test('[limit SYNC.fragmentsPerHeads] two thousand differing fragments: their heads are asked for 64 at a time', async () => {
    const { kit, sync } = await asking();
    const link = kit.link('big');
    sync.round(link.peer, link.state);
    await answers(kit, link, (event) => (event.startsWith('sync:list') ? [5, times(2_048, (i) => [fragment(i), named('d')]), true] : event.startsWith('sync:heads') ? [[]] : undefined));
    const asked = link.of('sync:heads:v1:requested').map((said) => items(said.value, 1).length);
    expect(asked).toEqual(times(32, () => 64));
  });

  test('[limit SYNC.leavesPerList] a tree that differs everywhere: its 256 leaves are listed 64 at a time', async () => {
    const { kit, sync } = await asking();
    const link = kit.link('tree');
    kit.host.fragments = () => times(20, (i) => ({ fragment: fragment(i), digest: named('mine') }));
    sync.round(link.peer, link.state);
    await answers(kit, link, (event, value) => {
      if (event.startsWith('sync:tree')) return [5, new Uint8Array(256 * ((value[1] as Bytes | null)?.length ?? 1)).fill(3)];
      if (event.startsWith('sync:list')) return [5, [], true];
      return event.startsWith('sync:heads') ? [[]] : undefined;
    });
    expect(link.of('sync:list:v1:requested').map((said) => (said.value as Bytes[])[1]!.length)).toEqual([64, 64, 64, 64]);
  });

  test('[limit SYNC.wantedFragments] ten thousand fragments wanted that nobody has: 4,096 are asked for at every round', async () => {
    const { kit, sync } = await asking();
    for (let i = 0; i < 10_000; i++) sync.want(SPACE, fragment(i));
    const link = kit.link('empty');
    sync.round(link.peer, link.state);
    await answers(kit, link, (event) => (event.startsWith('sync:list') ? [5, [], true] : event.startsWith('sync:heads') ? [[]] : undefined));
    const asked = link.of('sync:heads:v1:requested').reduce((sum, said) => sum + items(said.value, 1).length, 0);
    expect(asked).toBe(4_096);
  });

  test('[limit SYNC.cursors] an end that claims another store each time: counters of 512 stores are remembered, the oldest goes', async () => {
    const { kit, sync } = await asking();
    const link = kit.link('liar');
    const open = async (store: string, equal: boolean): Promise<string | undefined> => {
      link.said.length = 0;
      link.state.open = { store, arrival: 5, digest: equal ? spaceDigest([]) : null };
      sync.round(link.peer, link.state);
      await answers(kit, link, (event) => (event.startsWith('sync:list') ? [5, [], true] : event.startsWith('sync:news') ? [5, [fragment(1)], true, new Uint8Array(32)] : event.startsWith('sync:heads') ? [[]] : undefined));
      return link.said[0]?.event;
    };
    for (let i = 0; i < 512; i++) await open(`s${i}`, true);
    expect([await open('s0', false), await open('s511', false)]).toEqual(['sync:news:v1:requested', 'sync:news:v1:requested']);
    // s0 was used last; now s1 is the oldest.
    await open('s512', true);
    expect([await open('s1', false), await open('s0', false)]).toEqual(['sync:list:v1:requested', 'sync:news:v1:requested']);
  });
});

describe('an end that asks much', () => {
  test('[limit SYNC.listAtMost] the first list has at most 16 fragments; of more the tree is to be walked', async () => {
    const kit = await createKit();
    const serve = createServe(kit.core);
    const link = kit.link('asker');
    for (const [held, listed, complete] of [[16, 16, true], [17, 0, false]] as const) {
      kit.host.fragments = () => times(held, (i) => ({ fragment: fragment(i), digest: named('mine') }));
      serve.onMessage(link.peer, message('sync:list:v1:requested', [SPACE, null, null]));
      const answer = link.said.at(-1)!.value as CborValue[];
      expect([items(answer, 1).length, answer[2]]).toEqual([listed, complete]);
    }
  });

  test('[limit SYNC.headsPerFragment SYNC.headsPerMessage] a fragment with seventy thousand logs: 65,536 heads are told, 1,024 in a message', async () => {
    const kit = await createKit();
    const serve = createServe(kit.core);
    const link = kit.link('asker');
    kit.host.fragments = () => [{ fragment: fragment(1), digest: named('mine') }];
    const id = named('id');
    kit.host.heads = () => times(70_000, (i) => ({ writer: new Uint8Array([...u32be(i), ...new Uint8Array(28)]) as Bytes, seq: 0, id }));
    serve.onMessage(link.peer, message('sync:heads:v1:requested', [SPACE, [[fragment(1), null]]]));
    const told = link.said.map((said) => items(items(items(said.value, 0), 0) as never, 1).length);
    expect(Math.max(...told)).toBe(1_024);
    expect(told.reduce((sum, n) => sum + n, 0)).toBe(65_536);
  });

  test('[limit SYNC.ownWriters] a question for the heads of 64 own writers is answered, one for 65 ends the link; we ask for 64', async () => {
    const kit = await createKit();
    const serve = createServe(kit.core);
    const [honest, evil] = [kit.link('honest'), kit.link('evil')];
    serve.onMessage(honest.peer, message('sync:own:v1:requested', [SPACE, times(64, (i) => named(`w${i}`))]));
    serve.onMessage(evil.peer, message('sync:own:v1:requested', [SPACE, times(65, (i) => named(`w${i}`))]));
    expect([honest.closed, honest.said.length, evil.closed, evil.said.length]).toEqual([null, 1, 'breach', 0]);
    const lookups = createLookups(kit.core);
    void lookups.ownHeads(SPACE, times(100, (i) => named(`w${i}`)), 1_000);
    expect(items(honest.of('sync:own:v1:requested')[0]!.value, 1)).toHaveLength(64);
    await kit.clock.run(2_000);
  });

  test('[limit SYNC.findMs] ends that never say where a node is are waited for 5 s', async () => {
    const kit = await createKit();
    const lookups = createLookups(kit.core);
    kit.link('mute');
    let found: unknown;
    void lookups.find(SPACE, named('node', 16)).then((answer) => (found = answer));
    await kit.clock.run(4_900);
    expect(found).toBeUndefined();
    await kit.clock.run(200);
    expect(found).toEqual({ fragment: null, asked: 1, answered: 0 });
  });
});

/** The far end proved a space that is here since. */
const remembers = (peer: KitPeer['peer'], i: number): void => void peer.heardProofs.add(toBase64url(spaceProof(named(`disc ${i}`), 'r', peer.link.hash)));

describe('an end that proves and joins much', () => {
  async function admitting() {
    const kit = await createKit();
    const admission = createAdmission(kit.core, { onServe() {}, onChange() {} });
    const contact = (i: number): SpaceContact => ({ space: named(`space ${i}`), discoveryKeys: [named(`disc ${i}`)], invites: [] });
    return { kit, admission, contact };
  }

  test('with many links and many spaces what is here is gathered once for all links, and every link is told every key once', async () => {
    const { kit, admission, contact } = await admitting();
    const links = times(20, (i) => kit.link(`link ${i}`));
    kit.host.spaces.push(...times(30, contact));
    let asked = 0;
    const contacts = kit.host.contacts.bind(kit.host);
    kit.host.contacts = () => (asked++, contacts());
    for (const { peer } of links) remembers(peer, 7);
    admission.updateAll();
    expect(asked).toBe(1);
    const told = links.map((link) => new Set(link.of('space:proof:v1:requested').flatMap(({ value }) => (value as Bytes[]).map(toBase64url))).size);
    expect(told).toEqual(times(20, () => 30));
    expect(links.map(({ peer }) => peer.spaces.get(toBase64url(named('space 7')))?.proven)).toEqual(times(20, () => true));
    const said = links.map((link) => link.said.length);
    admission.updateAll();
    expect([asked, links.map((link) => link.said.length)]).toEqual([2, said]);
  });

  test('[limit SYNC.proofs] a message of 257 proofs ends the link; of more messages the last 256 proofs are kept for spaces that come later', async () => {
    const { kit, admission, contact } = await admitting();
    const [evil, late] = [kit.link('evil'), kit.link('late')];
    admission.onMessage(evil.peer, message('space:proof:v1:requested', times(257, (i) => named(`p${i}`))));
    expect([evil.closed, evil.peer.heardProofs.size]).toEqual(['breach', 0]);
    const proof = (i: number): Bytes => spaceProof(named(`disc ${i}`), 'r', late.peer.link.hash);
    admission.onMessage(late.peer, message('space:proof:v1:requested', [proof(1)]));
    admission.onMessage(late.peer, message('space:proof:v1:requested', [proof(2)]));
    admission.onMessage(late.peer, message('space:proof:v1:requested', times(255, (i) => named(`junk ${i}`))));
    kit.host.spaces.push(contact(1), contact(2));
    admission.update(late.peer);
    expect([1, 2].map((i) => late.peer.spaces.get(toBase64url(named(`space ${i}`)))?.proven)).toEqual([undefined, true]);
  });

  test('[limit SYNC.proofs] of four hundred spaces of ours 256 are proved on a link and kept on it', async () => {
    const { kit, admission, contact } = await admitting();
    const link = kit.link('other');
    kit.host.spaces.push(...times(400, contact));
    admission.update(link.peer);
    expect((link.of('space:proof:v1:requested')[0]!.value as CborValue[])).toHaveLength(256);
    const kept = times(400, (i) => spaceState(link.peer, named(`space ${i}`))).filter((state) => state !== null);
    expect([kept.length, link.peer.spaces.size <= 256]).toEqual([256, true]);
  });

  test('[limit SYNC.announcedKeys] of every space the newest key is proved before an older one of any, 13 of each; an older one when the other end proves it, once', async () => {
    const { kit, admission } = await admitting();
    const link = kit.link('other');
    const keys = (i: number): Bytes[] => times(20, (age) => named(`disc ${i} ${age}`));
    kit.host.spaces.push(...times(30, (i): SpaceContact => ({ space: named(`space ${i}`), discoveryKeys: keys(i), invites: [] })));
    admission.update(link.peer);
    const said = (): string[] => link.of('space:proof:v1:requested').flatMap(({ value }) => (value as Bytes[]).map(toBase64url));
    const of = (i: number, age: number, role = link.peer.link.role): string => toBase64url(spaceProof(keys(i)[age]!, role, link.peer.link.hash));
    expect(said()).toHaveLength(256);
    for (let i = 0; i < 30; i++) expect(said().slice(30 * 7, 30 * 8), `space ${i}`).toContain(of(i, 7));
    const other = link.peer.link.role === 'i' ? 'r' : 'i';
    for (let again = 0; again < 2; again++) admission.onMessage(link.peer, message('space:proof:v1:requested', [spaceProof(keys(29)[17]!, other, link.peer.link.hash)]));
    expect([link.peer.spaces.get(toBase64url(named('space 29')))?.proven, said().slice(256)]).toEqual([true, [of(29, 17)]]);
    const few = kit.link('few');
    kit.host.spaces.length = 1;
    admission.update(few.peer);
    expect(few.of('space:proof:v1:requested')[0]!.value as Bytes[]).toHaveLength(13);
  });

  test('[limit SYNC.joinBytes] a join message above 64 KiB ends the link and never reaches the kernel', async () => {
    const { kit, admission } = await admitting();
    const link = kit.link('joiner');
    link.state.invited = named('pub');
    const join = (bytes: number): void => void admission.onMessage(link.peer, message('space:join:v1:requested', [SPACE, named('pub'), new Uint8Array(bytes)]));
    join(60_000);
    await kit.clock.settle();
    expect([kit.host.joinMessages.length, link.closed]).toEqual([1, null]);
    join(66_000);
    await kit.clock.settle();
    expect([kit.host.joinMessages.length, link.closed]).toEqual([1, 'breach']);
  });

  test('[limit SYNC.joinsPerLink SYNC.joinRetryMs] twelve joins of ours: eight are tried on a link, and one that was not known there is asked for again after 10 s', async () => {
    const { kit, admission } = await admitting();
    const link = kit.link('inviter');
    for (let i = 0; i < 12; i++) {
      const invite = await kit.crypto.generateSigning();
      kit.host.attempts.push({ key: `j${i}`, space: named(`s${i}`), invite, room: named('room'), message: new Uint8Array(9) as Bytes } satisfies JoinAttempt);
    }
    admission.update(link.peer);
    await kit.clock.settle();
    const asked = (): number => link.of('invite:proof:v1:requested').length;
    expect(asked()).toBe(8);
    const first = link.of('invite:proof:v1:requested')[0]!;
    expect(equalBytes((first.value as Bytes[])[1]!, await signInviteProof(kit.crypto, kit.host.attempts[0]!.invite, link.peer.link.hash))).toBe(true);
    link.peer.queries.onMessage(message('invite:proof:v1:failed', [], first.id));
    await kit.clock.run(9_000);
    admission.update(link.peer);
    await kit.clock.settle();
    expect(asked()).toBe(8);
    await kit.clock.run(1_100);
    expect(asked()).toBe(9);
  });

  test('[limit SYNC.joinWaitMs] a join that waits for a hand asks again after 5 min, with its proof, and not before', async () => {
    const { kit, admission } = await admitting();
    const link = kit.link('inviter');
    kit.host.attempts.push({ key: 'j', space: named('s'), invite: await kit.crypto.generateSigning(), room: named('room'), message: new Uint8Array(9) as Bytes } satisfies JoinAttempt);
    admission.update(link.peer);
    await kit.clock.settle();
    const answer = async (event: string, state: string): Promise<void> => {
      link.peer.queries.onMessage(message(`${event}:${state}`, [], link.of(`${event}:requested`).at(-1)!.id));
      await kit.clock.settle();
    };
    await answer('invite:proof:v1', 'completed');
    await answer('space:join:v1', 'processing');
    await kit.clock.run(299_000);
    admission.update(link.peer);
    await kit.clock.settle();
    expect([link.of('invite:proof:v1:requested').length, link.of('space:join:v1:requested').length]).toEqual([1, 1]);
    await kit.clock.run(1_100);
    expect(link.of('invite:proof:v1:requested').length).toBe(2);
    await answer('invite:proof:v1', 'completed');
    expect(link.of('space:join:v1:requested').length).toBe(2);
  });
});
