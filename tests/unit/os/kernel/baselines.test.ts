/** Closing the history of a channel, on one device with real keys and a disk in memory: what is shown stays, what was covered goes, and comes back by nothing. */
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import type { HistoryView } from '#os/api';
import { parseRecord } from '#vm/protocol/record';
import { RECORD_CLASS } from '#vm/protocol/types';
import { eventually, startNodePeer, type NodePeer } from '#tests/support/node-peer';

/** Nobody listens there: one device alone. */
const NOWHERE = 'ws://127.0.0.1:9';

interface At {
  readonly peer: NodePeer;
  readonly space: string;
  readonly channel: string;
}

async function alone(): Promise<At> {
  const peer = await startNodePeer('Anna', NOWHERE);
  const space = (await peer.api.spaces.list()).find(({ kind }) => kind === 'personal')!.id;
  const channel = await peer.api.graph(space).createFragment({ type: 'chat/channel@1', title: 'one' });
  return { peer, space, channel };
}

/** Notes that are edited many times, one deleted, and a text. */
async function fill({ peer, space, channel }: At, edits = 30): Promise<{ ids: string[]; text: string }> {
  const graph = peer.api.graph(space);
  const { ids } = await graph.transact(Array.from({ length: 4 }, (_, n) => ({ op: 'node.create' as const, type: 'bench/note@1', props: { title: `secret ${n}` } })), { fragment: channel });
  for (let n = 0; n < edits; n++) {
    await graph.transact([{ op: 'node.set', id: ids[n % 3]!, props: { title: `title ${n}`, pad: 'x'.repeat(400) } }, { op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: `word ${n} ` }], { fragment: channel });
    await peer.api.saved();
  }
  await graph.transact([{ op: 'node.delete', id: ids[3]! }], { fragment: channel });
  await peer.api.saved();
  return { ids, text: await graph.text(ids[0]!) };
}

const bytesOf = ({ peer, channel }: At): number => peer.disk.records().filter(({ fragment }) => toBase64url(fragment) === channel).reduce((sum, { bytes }) => sum + bytes.length, 0);
const look = ({ peer, space, channel }: At): Promise<HistoryView> => peer.api.access.history(space, channel);
const gone = (at: At): Promise<void> => eventually('what it covers is gone', async () => (await look(at)).baselines[0]?.state === 'gone');
const shown = async ({ peer, space, channel }: At, id: string): Promise<unknown> => ({ digest: (await peer.api.graph(space).digest()).state, nodes: await peer.api.graph(space).query({ fragment: channel }), text: await peer.api.graph(space).text(id) });

describe('baselines in a kernel', () => {
  test('[BASE3] [BASE6] [BASE9] [RIGHT41] a person alone closes a history: the bytes go from the disk, what is shown stays, also after a start, and writing goes on', async () => {
    const at = await alone();
    const { ids, text } = await fill(at);
    const before = await shown(at, ids[0]!);
    const [had, view] = [bytesOf(at), await look(at)];
    expect(view).toMatchObject({ records: 31, behind: 0, deleted: 1, mayClose: true, baselines: [] });
    expect(view.wouldGo).toBeGreaterThan(had / 2);
    const made = await at.peer.api.access.history(at.space, at.channel, { close: {} });
    expect(made.baselines.map(({ state, found }) => [state, found])).toEqual([['settled', 'right']]);
    await gone(at);
    const { baselines: [one], records } = await look(at);
    expect([bytesOf(at) < had / 2, one!.freed > had / 2, records]).toEqual([true, true, 2]);
    expect(await shown(at, ids[0]!)).toEqual(before);
    const { log } = at.peer.parts.kernel.spaces.get(at.space)!.fragments.get(at.channel)!;
    expect(log.tagIds().map(toBase64url)).toContain(one!.id);
    const pieces = [...log.records()].filter((record) => record.class === RECORD_CLASS.snapshot);
    expect([pieces.length > 0, pieces.some(({ status }) => status === 'applied')]).toEqual([true, false]);
    // Nothing of the covered records lies there but the stub of the head, which is the snapshot's footing.
    const left = at.peer.disk.records().filter(({ fragment }) => toBase64url(fragment) === at.channel).map(({ bytes }) => parseRecord(bytes)).map((parsed) => (parsed.ok ? [parsed.value.header.class, parsed.value.body === null] : null));
    expect(left.filter((record) => record?.[0] !== RECORD_CLASS.snapshot)).toEqual([[RECORD_CLASS.op, true], [RECORD_CLASS.op, true]]);
    await at.peer.api.graph(at.space).transact([{ op: 'node.set', id: ids[1]!, props: { title: 'after' } }, { op: 'text.splice', id: ids[0]!, at: 0, remove: 0, insert: 'after ' }], { fragment: at.channel });
    await at.peer.api.saved();
    const after = await shown(at, ids[0]!);
    await at.peer.stop();
    const again: At = { ...at, peer: await startNodePeer('Anna', NOWHERE, at.peer.disk) };
    expect(await shown(again, ids[0]!)).toEqual(after);
    expect([await again.peer.api.graph(at.space).text(ids[0]!), (await look(again)).baselines.map(({ state }) => state)]).toEqual([`after ${text}`, ['gone']]);
    expect(again.peer.parts.faults).toEqual([]);
    await again.peer.stop();
  });

  test('[BASE8] [BASE7] with what is deleted emptied, its words are on the disk no more; a second one takes the place of the first', async () => {
    const at = await alone();
    const { ids } = await fill(at, 6);
    await at.peer.api.access.history(at.space, at.channel, { close: {} });
    await gone(at);
    await at.peer.api.graph(at.space).transact([{ op: 'node.restore', id: ids[3]! }], { fragment: at.channel });
    expect(await at.peer.api.graph(at.space).get(ids[3]!)).toMatchObject({ deleted: false, props: { title: 'secret 3' } });
    await at.peer.api.graph(at.space).transact([{ op: 'node.delete', id: ids[3]! }], { fragment: at.channel });
    await at.peer.api.access.history(at.space, at.channel, { close: { empty: true } });
    await gone(at);
    expect((await look(at)).baselines.map(({ state }) => state)).toEqual(['gone', 'old']);
    await at.peer.api.graph(at.space).transact([{ op: 'node.restore', id: ids[3]! }], { fragment: at.channel });
    expect(await at.peer.api.graph(at.space).get(ids[3]!)).toMatchObject({ type: 'bench/note@1', deleted: false, props: {} });
    // The first snapshot went with what it stood on.
    expect((await look(at)).records).toBeLessThan(6);
    await at.peer.stop();
  });

  test('[RIGHT40] refusals say why: nothing of that name, nothing written yet', async () => {
    const at = await alone();
    const code = (error: { code: string }): string => error.code;
    expect(await at.peer.api.access.history(at.space, toBase64url(new Uint8Array(16))).catch(code)).toBe('not-here');
    expect(await at.peer.api.access.history(at.space, at.channel, { refuse: toBase64url(new Uint8Array(32)) }).catch(code)).toBe('not-here');
    await at.peer.stop();
  });
});
