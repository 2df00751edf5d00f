import { expect, test } from 'vitest';
import type { NodeView, Op } from '#os/api';
import { isHushed, isQuiet, NO_QUIET, QUIET, readQuiet, THREAD_DEPTH_MAX, type Heard, type Quiet, type QuietSubject } from '#domain/shared';
import { isOn, setQuiet } from '#view/kit/quiet-acts.ts';
import { nodeView } from '#tests/support/node-view';

const subject = (kind: QuietSubject['kind'], of: string): QuietSubject => ({ kind, of, space: 'space', fragment: 'fragment', label: of });
const node = (props: NodeView['props'], id = `${String(props['kind'])} ${String(props['of'])}`): NodeView => nodeView({ id, type: QUIET, props: { space: 'space', label: 'x', on: true, ...props } });
const message = (id: string, part: Partial<Heard> = {}): Heard => ({ id, fragment: 'fragment', by: 'boris', replyTo: null, ...part });
const nobody = (): undefined => undefined;

/** The nodes after operations, as the graph makes them. */
function after(nodes: readonly NodeView[], ops: readonly Op[]): NodeView[] {
  const out = new Map(nodes.map((one) => [one.id, one]));
  for (const op of ops) {
    if (op.op === 'node.create') out.set(op.id!, nodeView({ id: op.id!, type: op.type, props: op.props }));
    else if (op.op === 'node.set') out.set(op.id, { ...out.get(op.id)!, props: { ...out.get(op.id)!.props, ...op.props } });
    else throw new Error(op.op);
  }
  return [...out.values()];
}

test('{C7} mute: a person, a channel, a thread bring no count; what is not muted does (control)', () => {
  const quiet = readQuiet([node({ kind: 'person', of: 'clara' }), node({ kind: 'channel', of: 'noise' }), node({ kind: 'thread', of: 'root' })]);
  expect(isQuiet(quiet, message('m'), nobody)).toBe(false);
  expect(isQuiet(quiet, message('m', { by: 'clara' }), nobody)).toBe(true);
  expect(isQuiet(quiet, message('m', { fragment: 'noise' }), nobody)).toBe(true);
  expect(isQuiet(quiet, message('root'), nobody)).toBe(true);
  expect(isQuiet(quiet, message('m', { replyTo: 'root' }), nobody)).toBe(true);
  expect(isQuiet(quiet, message('m', { replyTo: 'other' }), nobody)).toBe(false);
  // In the open channel its own muting hides nothing: who reads there sees where they stopped.
  expect(isHushed(quiet, message('m', { fragment: 'noise' }), nobody)).toBe(false);
  expect(quiet.blocked.size).toBe(0);
});

test('{C1} mentions only: of such a channel what mentions me counts, and nothing else; of another everything does (control)', () => {
  const quiet = readQuiet([node({ kind: 'mentions', of: 'noise' })]);
  const said = (fragment: string, mentions: string[], me: string | null = 'anna') => isQuiet(quiet, message('m', { fragment, mentions }), nobody, me);
  expect([said('noise', []), said('noise', ['boris']), said('noise', ['boris', 'anna']), said('other', [])]).toEqual([true, true, false, false]);
  expect(said('noise', ['anna'], null), 'who is nobody is not mentioned').toBe(true);
  expect(isQuiet(readQuiet([node({ kind: 'mentions', of: 'noise' }), node({ kind: 'channel', of: 'noise' })]), message('m', { fragment: 'noise', mentions: ['anna'] }), nobody, 'anna'), 'muted is muted').toBe(true);
  expect(isQuiet(readQuiet([node({ kind: 'mentions', of: 'noise', on: false })]), message('m', { fragment: 'noise' }), nobody, 'anna')).toBe(false);
});

test('[limit THREAD_DEPTH_MAX] {C7} mute: a muted thread holds answers to answers, so far; messages that answer each other in a circle end', () => {
  const quiet = readQuiet([node({ kind: 'thread', of: 'm0' })]);
  const chain = new Map(Array.from({ length: 80 }, (_, at) => [`m${at}`, message(`m${at}`, { replyTo: at === 0 ? null : `m${at - 1}` })]));
  const hushed = (at: number): boolean => isHushed(quiet, chain.get(`m${at}`)!, (id) => chain.get(id));
  expect(hushed(THREAD_DEPTH_MAX - 1)).toBe(true);
  expect(hushed(THREAD_DEPTH_MAX)).toBe(false);
  const circle = new Map([['a', message('a', { replyTo: 'b' })], ['b', message('b', { replyTo: 'a' })]]);
  expect(isHushed(quiet, circle.get('a')!, (id) => circle.get(id))).toBe(false);
});

test('{C7} block: a blocked person is quiet everywhere and folded; muting and blocking are two things', () => {
  let nodes: NodeView[] = [];
  const set = (kind: QuietSubject['kind'], on: boolean): Quiet => {
    nodes = after(nodes, setQuiet(readQuiet(nodes), subject(kind, 'boris'), on));
    return readQuiet(nodes);
  };
  expect(set('person', true)).toMatchObject({ people: new Set(['boris']), blocked: new Set() });
  expect(set('block', true)).toMatchObject({ people: new Set(['boris']), blocked: new Set(['boris']) });
  expect(set('person', false)).toMatchObject({ people: new Set(['boris']), blocked: new Set(['boris']) });
  expect(set('block', false)).toMatchObject({ people: new Set(), blocked: new Set() });
  expect(nodes).toHaveLength(2);
  expect(isOn(set('person', true), subject('person', 'boris'))).toBe(true);
  expect(nodes).toHaveLength(2);
});

test('{C7} quiet: all devices of a person write into one node, nothing is written twice, and taking back ends what was made by hand as well', () => {
  const [made] = setQuiet(NO_QUIET, subject('channel', 'AAAA'), true);
  expect(setQuiet(NO_QUIET, { ...subject('channel', 'AAAA'), label: 'other' }, true)[0]).toMatchObject({ op: 'node.create', id: (made as { id: string }).id });
  expect(setQuiet(NO_QUIET, subject('thread', 'AAAA'), true)[0]).not.toMatchObject({ id: (made as { id: string }).id });
  expect(setQuiet(NO_QUIET, subject('channel', 'AAAA'), false)).toEqual([]);
  const twice = [node({ kind: 'channel', of: 'AAAA' }, 'one'), node({ kind: 'channel', of: 'AAAA' }, 'two')];
  expect(setQuiet(readQuiet(twice), subject('channel', 'AAAA'), true)).toEqual([]);
  const off = after(twice, setQuiet(readQuiet(twice), subject('channel', 'AAAA'), false));
  expect(readQuiet(off).channels.size).toBe(0);
  expect(setQuiet(readQuiet(off), subject('channel', 'AAAA'), true)).toHaveLength(1);
});

test('quiet: nodes of another form count as none', () => {
  const bad = [node({ kind: 'space', of: 'x' }), node({ kind: 'person', of: 5 }), node({ kind: 'person', of: 'x', on: 'yes' }), nodeView({ type: 'other@1', props: { kind: 'person', of: 'x', on: true } }), nodeView({ type: QUIET, deleted: true, props: { kind: 'person', of: 'x', on: true } })];
  expect(readQuiet(bad)).toMatchObject({ people: new Set(), channels: new Set(), threads: new Set(), blocked: new Set() });
});
