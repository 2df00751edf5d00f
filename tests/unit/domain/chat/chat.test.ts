import { expect, test } from 'vitest';
import { applyChange, byStamp, channelTitle, deleteMessage, editMessage, emojiOf, EMPTY_CHANNEL, inThread, mayDelete, mayPin, mayWrite, pinsOf, readChannel, renameChannel, readMessage, sameGroup, sendMessage, setPin, setTopic, shownReactions, toggleReaction, VERB, type Message } from '#domain/chat';
import { MESSAGE_TEXT_MAX, NO_RULES, type DirectoryEntry } from '#domain/shared';
import { clockText, waveOf } from '#view/kit/voice-wave.ts';
import { nodeView } from '#tests/support/node-view';

const message = (part: Parameters<typeof nodeView>[0] = {}): Message => readMessage(nodeView({ props: { text: 'hello' }, ...part }))!;
const entry = (title: string): DirectoryEntry => ({ node: 'n', fragment: 'f', type: 'chat/channel@1', title, topic: '', created: 0, stamp: '1' });
const change = (added: ReturnType<typeof nodeView>[], changed: ReturnType<typeof nodeView>[] = [], removed: string[] = []) => ({ added, changed, removed });

test('{C1} send: a message is one node.create with the verb; empty and too long are refused', () => {
  expect(sendMessage({ text: '  hi ', mentions: ['a', 'a'], replyTo: 'r' })).toEqual({ ok: true, value: [{ op: 'node.create', type: 'chat/message@1', props: { text: 'hi', replyTo: 'r', mentions: ['a'] }, verb: VERB.send }] });
  expect(sendMessage({ text: ' \n ' })).toMatchObject({ ok: false, error: { code: 'empty' } });
  expect(sendMessage({ text: 'x'.repeat(MESSAGE_TEXT_MAX + 1) })).toMatchObject({ ok: false, error: { code: 'too-long' } });
});

test('[limit VOICE_MS_MAX] a voice message says how long and how loud it is; what says something else is a message with a file', () => {
  const voice = { ms: 4_000, wave: Uint8Array.of(0, 255, 9) };
  expect(sendMessage({ text: '', files: ['f'], voice })).toMatchObject({ ok: true, value: [{ props: { text: '', files: ['f'], voiceMs: 4_000, voiceWave: voice.wave } }] });
  expect(sendMessage({ text: '', files: ['f', 'g'], voice })).toMatchObject({ value: [{ props: { text: '', files: ['f', 'g'] } }] });
  const said = (voiceMs: unknown, voiceWave: unknown) => message({ props: { text: '', voiceMs: voiceMs as number, voiceWave: voiceWave as Uint8Array<ArrayBuffer> } }).voice;
  expect(said(900_000, voice.wave)).toEqual({ ms: 900_000, wave: voice.wave });
  for (const [ms, wave] of [[900_001, voice.wave], [-1, voice.wave], [NaN, voice.wave], ['4', voice.wave], [4, new Uint8Array(0)], [4, 'wave'], [undefined, undefined]]) expect(said(ms, wave)).toBeNull();
});

test('the line of a voice message: the loudest is full, what was silent stays so', () => {
  expect([...waveOf([0.1, 0.5, 0.25, 0])]).toEqual([51, 255, 128, 0]);
  expect([...waveOf([])]).toEqual([0]);
  expect(Math.max(...waveOf(Array.from({ length: 500 }, () => 0.001)))).toBeLessThan(20);
  // Every look is in one of the bars.
  expect([...waveOf(Array.from({ length: 200 }, (_, at) => (at === 199 ? 1 : 0)))].map((bar, at) => (bar > 0 ? at : -1)).filter((at) => at >= 0)).toEqual([63]);
  expect([0, 999, 61_000, 900_000].map(clockText)).toEqual(['0:00', '0:01', '1:01', '15:00']);
});

const MEMBER = { role: 'member', rules: NO_RULES } as const;

test('{C1} edit: only the author, only a change, never a newer version', () => {
  const mine = message();
  expect(editMessage(mine, 'new', 'me', MEMBER)).toMatchObject({ ok: true, value: [{ op: 'node.set', id: mine.id, props: { text: 'new' }, verb: VERB.edit }] });
  expect(editMessage(mine, 'new', 'other', MEMBER)).toMatchObject({ error: { code: 'not-yours' } });
  expect(editMessage(mine, ' hello ', 'me', MEMBER)).toMatchObject({ error: { code: 'no-change' } });
  expect(editMessage({ ...mine, newer: true }, 'new', 'me', MEMBER)).toMatchObject({ error: { code: 'newer' } });
  expect(editMessage({ ...mine, deleted: true }, 'new', 'me', MEMBER)).toMatchObject({ error: { code: 'not-here' } });
});

test('{C1} delete: the author, owners and admins; guests and the removed never', () => {
  const theirs = message({ createdBy: 'other' });
  expect(deleteMessage(theirs, 'me', { role: 'member', rules: NO_RULES })).toMatchObject({ ok: false });
  expect(deleteMessage(theirs, 'me', { role: 'admin', rules: NO_RULES })).toMatchObject({ ok: true, value: [{ op: 'node.delete' }] });
  for (const role of ['guest', 'removed', 'joining'] as const) {
    expect(mayDelete(message(), 'me', { role, rules: NO_RULES })).toBe(false);
    expect(mayWrite({ role, rules: NO_RULES })).toBe(false);
  }
});

test('{C1} react: a personal edge to my person node, taken away when it is there', () => {
  const me = { uid: 'me', person: { fragment: 'root', node: 'p' } };
  const bare = message();
  expect(toggleReaction(bare, '👍', me)).toEqual({ ok: true, value: [{ op: 'edge.add', type: 'react/👍@1', from: bare.id, to: ['root', 'p'], personal: true, verb: VERB.react }] });
  const reacted = message({ edges: [{ id: 'e1', type: 'react/👍@1', from: 'x', to: ['root', 'p'], props: {}, by: 'me' }] });
  expect(toggleReaction(reacted, '👍', me)).toEqual({ ok: true, value: [{ op: 'edge.remove', id: 'e1', verb: VERB.react }] });
  expect(toggleReaction(bare, 'a/b@1', me)).toMatchObject({ ok: false });
});

test('schema: foreign values become harmless: long text is cut, odd mentions and edges are left out', () => {
  const odd = message({ props: { text: 'x'.repeat(MESSAGE_TEXT_MAX + 5), mentions: [1, 'a', null, { b: 1 }] as never, replyTo: 7 }, edges: [{ id: 'e', type: `react/${'x'.repeat(40)}@1`, from: 'x', to: 'y', props: {}, by: 'me' }, { id: 'f', type: 'react/👀@1', from: 'x', to: 'y', props: {}, by: null }] });
  expect(odd.text).toHaveLength(MESSAGE_TEXT_MAX);
  expect(odd.mentions).toEqual(['a']);
  expect(odd.replyTo).toBeNull();
  expect(odd.reactions).toEqual([]);
  expect(message({ props: { text: { a: 1 } as never } }).text).toBe('');
  expect(emojiOf('react/🎉@1')).toBe('🎉');
  expect(emojiOf('react/@1')).toBeNull();
});

test('channels: a directory entry of type chat/channel@1; titles are clean and unique without case', () => {
  expect(readChannel(nodeView({ type: 'fragment@1', props: { fragment: new Uint8Array(16), type: 'chat/channel@1', title: 'a\nb', created: 5 } }))).toMatchObject({ title: 'a b', created: 5, fragment: 'AAAAAAAAAAAAAAAAAAAAAA' });
  expect(readChannel(nodeView({ type: 'fragment@1', props: { fragment: 'f', type: 'editor/page@1', title: 'x' } }))).toBeNull();
  expect(channelTitle(' #General ', [])).toEqual({ ok: true, value: 'General' });
  expect(channelTitle('general', [entry('General')])).toMatchObject({ error: { code: 'taken' } });
  expect(channelTitle(' # ', [])).toMatchObject({ error: { code: 'empty' } });
  const mine = { ...entry('General'), node: 'mine' };
  expect(renameChannel(mine, ' #Housing ', [mine])).toEqual({ ok: true, value: [{ op: 'node.set', id: 'mine', props: { title: 'Housing' }, verb: 'chat/channel.rename@1' }] });
  expect(renameChannel(mine, 'general', [mine])).toMatchObject({ ok: true, value: [{ props: { title: 'general' } }] });
  expect(renameChannel(mine, 'Housing', [mine, entry('housing')])).toMatchObject({ error: { code: 'taken' } });
  expect(renameChannel(mine, 'General', [mine])).toMatchObject({ error: { code: 'no-change' } });
  expect(setTopic(entry('a'), ' boxes ')).toMatchObject({ value: [{ op: 'node.set', props: { topic: 'boxes' } }] });
  expect(setTopic(entry('a'), '')).toMatchObject({ error: { code: 'no-change' } });
});

test('{C1} order: by stamp as text, whatever the order of arrival; a late one takes its place', () => {
  const nodes = [nodeView({ props: { text: '1' } }), nodeView({ props: { text: '2' } }), nodeView({ props: { text: '3' } })];
  const forward = applyChange(EMPTY_CHANNEL, change(nodes));
  const late = applyChange(applyChange(EMPTY_CHANNEL, change([nodes[0]!, nodes[2]!])), change([nodes[1]!]));
  expect(late.order.map((one) => one.text)).toEqual(['1', '2', '3']);
  expect(late.order).toEqual(forward.order);
  expect([...forward.order].sort(byStamp)).toEqual(forward.order);
});

test('{C1} index: taking the same change twice changes nothing; a removed one goes; replies form threads', () => {
  const root = nodeView({ props: { text: 'root' } });
  const reply = nodeView({ props: { text: 'reply', replyTo: root.id } });
  const once = applyChange(EMPTY_CHANNEL, change([root, reply]));
  expect(applyChange(once, change([root, reply])).order).toEqual(once.order);
  expect(once.threads.get(root.id)?.map((one) => one.text)).toEqual(['reply']);
  const without = applyChange(once, change([], [], [reply.id]));
  expect([without.threads.size, without.byId.get(reply.id)?.deleted], 'what is gone stays known as deleted').toEqual([0, true]);
  expect(applyChange(without, change([reply])).byId.get(reply.id)?.deleted, 'and comes back').toBe(false);
  expect(applyChange(once, change([], [], ['unknown']))).toBe(once);
  expect(applyChange(once, change([], [{ ...root, props: { text: 'edited' } }])).order[0]?.text).toBe('edited');
});

test('{C1} threads: what is written in a thread stands in it alone; where it cannot be opened it stands in the channel, and a circle hides nothing', () => {
  expect(sendMessage({ text: 'hi', replyTo: 'r', thread: true })).toMatchObject({ value: [{ props: { text: 'hi', replyTo: 'r', thread: true } }] });
  expect(sendMessage({ text: 'hi', thread: true })).toMatchObject({ value: [{ props: { text: 'hi' } }] });
  const root = nodeView({ props: { text: 'root' } });
  const said = nodeView({ props: { text: 'said', replyTo: root.id, thread: true } });
  const below = nodeView({ props: { text: 'below', replyTo: said.id, thread: true } });
  const quoting = nodeView({ props: { text: 'quoting', replyTo: root.id } });
  const [a, b] = ['a', 'b'].map((id, at, both) => nodeView({ id, props: { text: id, replyTo: both[1 - at]!, thread: true } }));
  const odd = nodeView({ props: { text: 'odd', replyTo: '*', thread: true } });
  const of = (nodes: ReturnType<typeof nodeView>[]) => {
    const state = applyChange(EMPTY_CHANNEL, change(nodes));
    return state.order.filter((one) => inThread(state, one)).map((one) => one.text);
  };
  expect(of([root, said, below, quoting, a!, b!, odd])).toEqual(['said']);
  expect(of([said]), 'what it answers is not here').toEqual([]);
  expect(of([{ ...root, deleted: true }, said])).toEqual([]);
  expect([message(odd).thread, message({ props: { text: 'x', replyTo: 'r', thread: 1 } }).thread, message(said).thread]).toEqual([null, null, root.id]);
});

test('groups: one author within five minutes, broken by a reply', () => {
  const a = message();
  const b = message();
  expect(sameGroup(a, b)).toBe(true);
  expect(sameGroup(a, { ...b, replyTo: 'x' })).toBe(false);
  expect(sameGroup(a, { ...b, by: 'other' })).toBe(false);
  expect(sameGroup(a, { ...b, at: a.at + 6 * 60_000 })).toBe(false);
});

test('{C1} files: a message of files alone is one; each once, no more than the limit, and nothing that is no id', () => {
  expect(sendMessage({ text: ' ', files: ['a', 'a', 'b'] })).toMatchObject({ value: [{ props: { text: '', files: ['a', 'b'] } }] });
  expect(sendMessage({ text: ' ', files: [] })).toMatchObject({ error: { code: 'empty' } });
  expect(message({ props: { text: 'x', files: ['a', 5, null, 'a', ['b'], 'c'] as never } }).files).toEqual(['a', 'c']);
  expect(message({ props: { text: 'x', files: 'a' } }).files).toEqual([]);
  expect(editMessage(message({ props: { text: 'x', files: ['a'] } }), ' ', 'me', MEMBER)).toMatchObject({ ok: true, value: [{ props: { text: '' } }] });
});

test('{C1} pins: a set of the directory entry of the channel; once each, no more than the limit, shown no more than that', () => {
  const channel = entry('General');
  expect(setPin(channel, 'm', true, [])).toEqual({ ok: true, value: [{ op: 'set.add', id: 'n', prop: 'pins', value: 'm', verb: VERB.pin }] });
  expect(setPin(channel, 'm', false, ['m'])).toMatchObject({ value: [{ op: 'set.remove', value: 'm' }] });
  expect([setPin(channel, 'm', true, ['m']), setPin(channel, 'm', false, [])]).toMatchObject([{ error: { code: 'no-change' } }, { error: { code: 'no-change' } }]);
  expect(pinsOf(nodeView({ sets: { pins: ['a', 5, null, new Uint8Array(16), {}] } }))).toEqual(['a', 'AAAAAAAAAAAAAAAAAAAAAA']);
  expect(pinsOf(nodeView())).toEqual([]);
  const space = { role: 'member', rules: NO_RULES, scope: null } as never;
  expect(mayPin(space, channel)).toBe(true);
  for (const odd of [{ role: 'guest', rules: NO_RULES, scope: null }, { role: 'member', rules: NO_RULES, scope: ['f'] }, { role: 'member', rules: { ...NO_RULES, on: { n: { change: 'admin' } } }, scope: null }]) expect(mayPin(odd as never, channel)).toBe(false);
});

const pinned = (n: number): string[] => Array.from({ length: n }, (_, at) => `m${at}`);
const reactionEdges = (count: number, length = 1) => Array.from({ length: count }, (_, i) => ({ id: `e${i}`, type: `react/${String.fromCodePoint(0x4e00 + i).repeat(length)}@1`, from: 'x', to: 'y', props: {}, by: 'me' }));
const titled = (props: Record<string, string>) => readChannel(nodeView({ type: 'fragment@1', props: { fragment: 'f', type: 'chat/channel@1', title: 'x', ...props } }));
const me = { uid: 'me', person: { fragment: 'root', node: 'p' } };
const mentionsSent = (count: number): number => {
  const sent = sendMessage({ text: 'hi', mentions: Array.from({ length: count }, (_, i) => `u${i}`) });
  return sent.ok ? (sent.value[0] as unknown as { props: { mentions: string[] } }).props.mentions.length : 0;
};

test('{C1} a thousand people under one message are one count and few names; a second word of one person counts once', () => {
  const people = Array.from({ length: 1_000 }, (_, i) => ({ id: `e${i}`, type: 'react/👍@1', from: 'm', to: 'p', props: {}, by: `u${i}` }));
  const { reactions } = message({ edges: [...people, { ...people[0]!, id: 'again' }] });
  expect(reactions.map(({ emoji, edges }) => [emoji, edges.size])).toEqual([['👍', 1_000]]);
  expect(toggleReaction(message({ edges: people }), '👍', { uid: 'u7', person: me.person })).toMatchObject({ ok: true, value: [{ op: 'edge.remove' }] });
});

/** What; how much we write when n is asked for (0: refused); how much is shown of n that somebody else sent; the limit. */
test.each([
  ['[limit MESSAGE_TEXT_MAX] text', (n: number) => (sendMessage({ text: 'x'.repeat(n) }).ok ? n : 0), (n: number) => message({ props: { text: 'x'.repeat(n) } }).text.length, 16_000],
  ['[limit MENTIONS_MAX] mentions', mentionsSent, (n: number) => message({ props: { text: 'x', mentions: Array.from({ length: n }, (_, i) => `u${i}`) } }).mentions.length, 50],
  ['[limit CHANNEL_TITLE_MAX] channel titles', (n: number) => (channelTitle('x'.repeat(n), []).ok ? n : 0), (n: number) => titled({ title: 'x'.repeat(n) })!.title.length, 80],
  ['[limit CHANNEL_TOPIC_MAX] channel topics', (n: number) => (setTopic(entry('x'), 'x'.repeat(n)).ok ? n : 0), (n: number) => titled({ topic: 'x'.repeat(n) })!.topic.length, 200],
  ['[limit MESSAGE_FILES_MAX] files', (n: number) => (sendMessage({ text: 'x', files: pinned(n) }).ok ? n : 0), (n: number) => message({ props: { text: 'x', files: pinned(n) } }).files.length, 10],
  ['[limit VOICE_BARS_MAX] bars of a voice message', (n: number) => waveOf(Array.from({ length: n }, () => 0.5)).length, (n: number) => message({ props: { text: '', voiceMs: 5, voiceWave: new Uint8Array(n) } }).voice!.wave.length, 64],
  ['[limit PINS_MAX] pins', (n: number) => (setPin(entry('x'), 'new', true, pinned(n - 1)).ok ? n : 0), (n: number) => pinsOf(nodeView({ sets: { pins: pinned(n) } })).length, 100],
  ['[limit EMOJI_MAX] emoji', (n: number) => (toggleReaction(message(), 'x'.repeat(n), me).ok ? n : 0), (n: number) => message({ edges: reactionEdges(1, n) }).reactions[0]?.emoji.length ?? 0, 16],
  ['[limit REACTIONS_SHOWN_MAX] reactions', null, (n: number) => shownReactions(message({ edges: reactionEdges(n) }).reactions).length, 20],
] as const)('%s: we write no more than the limit, and show no more of what others write', (_, write, shown, most) => {
  expect(shown(most)).toBe(most);
  for (const n of [most + 1, most * 20]) expect(shown(n)).toBeLessThanOrEqual(most);
  if (write === null) return;
  expect(write(most)).toBe(most);
  expect(write(most + 1)).toBeLessThanOrEqual(most);
});
