/** Documents, messages and calls that are linked with things of work: what an address names, what is refused and why, where each is looked at, and the way back. */
import { expect, test } from 'vitest';
import { CHANNEL, MESSAGE } from '#domain/chat';
import { DOCUMENT, textNodeOf } from '#domain/editor';
import { EVENT, GOAL, goalNodeOf, LINKED, mayLinkTask, TASK } from '#domain/goals';
import { linkNoLonger, linkWith, readWork, WORK_VERB } from '#domain/goals/work';
import { CALL, ROOM } from '#domain/messenger';
import { FRAGMENT, NO_RULES, PLAN_LIMITS, ROOT } from '#domain/shared';
import { matches } from '#os/graph-manager/query';
import type { EdgeView, LifegraphApi, NodeRef, NodeView, Query, SpaceView } from '#os/api';
import { nodeView } from '#tests/support/node-view';
import { backlinks } from '#view/editor/backlinks.ts';
import { addressIn, linkedThing, namedBy, routeOfTie, targetOf } from '#view/goals/linked-model.ts';
import { parseRoute } from '#view/kit/router.tsx';

const PAGE = 'https://a.example/app/#/s/goals/g';
const entry = (fragment: string, type: string, title = fragment): NodeView => nodeView({ id: `dir ${fragment}`, space: 's', fragment: ROOT, type: FRAGMENT, props: { fragment, type, title } });
const link = (from: string, to: NodeRef, id = `${from}>${String(to)}`): EdgeView => ({ id, type: LINKED, from, to, props: {}, by: 'me' });
const task = (id: string, edges: EdgeView[] = [], part: Partial<NodeView> = {}): NodeView => nodeView({ id, space: 's', type: TASK, props: { title: id }, edges, ...part });

/** A space with these nodes; queries answer as those of the kernel. */
function apiOf(...nodes: NodeView[]): LifegraphApi {
  const graph = {
    get: (id: string) => (id === 'no id' ? Promise.reject(new Error('bad-id')) : Promise.resolve(nodes.find((one) => one.id === id) ?? { state: 'absent' })),
    query: (query: Query) => Promise.resolve(nodes.filter((one) => matches(one, query)).slice(0, query.limit)),
    updates: () => Promise.resolve(null),
  };
  return { graph: () => graph } as unknown as LifegraphApi;
}
const ALL = [entry('doc', DOCUMENT, 'Plan'), entry('hall', CHANNEL), entry('room', ROOM), nodeView({ id: 'said', space: 's', fragment: 'hall', type: MESSAGE, props: { text: 'x' } }), nodeView({ id: 'gone', space: 's', fragment: 'hall', type: MESSAGE, deleted: true }), nodeView({ id: 'rang', space: 's', fragment: 'room', type: CALL }), nodeView({ id: 'note', space: 's', fragment: 'doc', type: MESSAGE }), task('work')];

test('{C5} a thing of work is linked with what stands in the space: said twice it is one link, which goes away whole; what leads out of the space or to itself is none [limit PLAN.links]', () => {
  const work = readWork(task('a', [link('a', ['hall', 'said'], 'y'), link('a', ['hall', 'said'], 'x'), link('a', 'a'), link('a', ['t', 'hall', 'far'])]))!;
  expect(work.linked).toEqual([{ edges: ['x', 'y'], to: 'said', at: 'hall' }]);
  expect(linkNoLonger(work.linked[0]!)).toEqual(['x', 'y'].map((id) => ({ op: 'edge.remove', id, verb: WORK_VERB.link })));
  expect(linkWith(work, { node: 'note', fragment: 'doc' })).toEqual({ ok: true, value: [{ op: 'edge.add', type: LINKED, from: 'a', to: ['doc', 'note'], verb: WORK_VERB.link }] });
  expect(linkWith(work, { node: 'near', fragment: 'fragment' })).toMatchObject({ value: [{ to: 'near' }] });
  expect(linkWith(work, { node: 'said', fragment: 'hall' })).toMatchObject({ error: { code: 'no-change' } });
  const full = readWork(task('a', Array.from({ length: PLAN_LIMITS.links + 3 }, (_, at) => link('a', ['f', `n${at}`]))))!;
  expect([full.linked.length, linkWith(full, { node: 'note', fragment: 'doc' })]).toMatchObject([PLAN_LIMITS.links, { error: { code: 'too-many' } }]);
  for (const type of [GOAL, EVENT]) expect(readWork(task('a', [link('a', ['hall', 'said'])], { type }))!.linked).toHaveLength(1);
});

test('who may link it: who may change it, where the rules let them make such links', () => {
  const space = (part: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...part });
  const may = (of: SpaceView): boolean => mayLinkTask(of, readWork(task('a'))!, 'me', LINKED, WORK_VERB.link);
  expect([may(space()), may(space({ role: 'guest' })), may(space({ rules: { ...NO_RULES, ops: { [LINKED]: 'owner' } } })), may(space({ rules: { ...NO_RULES, on: { fragment: { [WORK_VERB.link]: 'admin' } } } }))]).toEqual([true, false, false, false]);
});

test('{C5} an address is one of this app and nothing else; it names a document, a message or a call of this space, else it is said why not', async () => {
  expect(addressIn('  https://a.example/app/#/s/documents/doc ', PAGE)).toMatchObject({ space: 's', object: 'doc' });
  expect(addressIn('#/s/chat/hall?m=said', PAGE)).toMatchObject({ params: { m: 'said' } });
  for (const text of ['https://b.example/app/#/s/documents/doc', 'see #/s/documents/doc', 'boxes', '', '#/s', '#/s/chat', 'https://a.example/app/']) expect(addressIn(text, PAGE), text).toBeNull();
  const named = (hash: string) => namedBy(apiOf(...ALL), 's', parseRoute(hash));
  expect(await named('#/s/documents/doc')).toEqual({ target: { node: textNodeOf('doc'), fragment: 'doc' } });
  expect(await named('#/s/chat/hall?m=said')).toEqual({ target: { node: 'said', fragment: 'hall' } });
  // By the thing itself, whatever place the address says it stands in.
  expect(await named('#/s/chat/elsewhere?m=note')).toEqual({ target: { node: 'note', fragment: 'doc' } });
  expect(await named('#/s/messenger/room?m=rang')).toEqual({ target: { node: 'rang', fragment: 'room' } });
  for (const [hash, not] of [['#/t/documents/doc', 'elsewhere'], ['#/s/chat/hall', 'kind'], ['#/s/chat/hall?m=work', 'kind'], ['#/s/chat/hall?m=gone', 'absent'], ['#/s/chat/hall?m=nowhere', 'absent'], ['#/s/chat/hall?m=no id', 'absent'], ['#/s/documents/nowhere', 'absent']] as const) expect(await named(hash), hash).toEqual({ not });
});

test('what the search finds is the message, or the document whose text it is; people, tasks and places are not linked so', () => {
  const of = (kind: string) => targetOf({ entry: { kind, node: 'n', fragment: 'f' } } as unknown as Parameters<typeof targetOf>[0]);
  expect([of('message'), of('document'), of('block'), of('task'), of('channel'), of('person')]).toEqual([{ node: 'n', fragment: 'f' }, { node: textNodeOf('f'), fragment: 'f' }, { node: textNodeOf('f'), fragment: 'f' }, null, null, null]);
});

test('{C5} each is looked at where it stands; what is not here any more, or is no such thing, is told as not here', async () => {
  const api = apiOf(...ALL);
  expect(await linkedThing(api, 's', { to: textNodeOf('doc'), at: 'doc' })).toMatchObject({ kind: 'document', place: 'Plan', node: { id: 'dir doc' }, route: { lens: 'documents', object: 'doc', params: {} } });
  expect(await linkedThing(api, 's', { to: 'said', at: 'hall' })).toMatchObject({ kind: 'message', route: { lens: 'chat', object: 'hall', params: { m: 'said' } } });
  expect(await linkedThing(api, 's', { to: 'note', at: 'doc' })).toMatchObject({ kind: 'message', route: { lens: 'documents', object: 'doc', params: { panel: 'comments', m: 'note' } } });
  expect(await linkedThing(api, 's', { to: 'rang', at: 'room' })).toMatchObject({ kind: 'call', route: { lens: 'messenger', object: 'room', params: { m: 'rang' } } });
  for (const tie of [{ to: 'gone', at: 'hall' }, { to: 'nowhere', at: 'hall' }, { to: 'work', at: 'fragment' }, { to: textNodeOf('deleted'), at: 'deleted' }]) expect(await linkedThing(api, 's', tie), tie.to).toBeNull();
  expect(routeOfTie('s', { to: 'said', at: 'unknown' }, undefined)).toMatchObject({ lens: 'chat', object: 'unknown' });
});

test('{C5} the way back: what is linked with a document stands in its list, goals by their titles in the directory; what is linked with another does not (control)', async () => {
  const to: NodeRef = ['doc', textNodeOf('doc')];
  const rail = goalNodeOf('g');
  const api = apiOf(entry('doc', DOCUMENT, 'Plan'), entry('g', GOAL, 'Ten stations'), task('order', [link('order', to)]), task(rail, [link(rail, to)], { type: GOAL, fragment: 'g', props: {} }), task('other', [link('other', ['doc2', textNodeOf('doc2')])]), task('gone', [link('gone', to)], { deleted: true }));
  const { linked } = await backlinks(api, 's', { node: 'dir doc', fragment: 'doc', type: DOCUMENT, title: 'Plan', stamp: '0' } as Parameters<typeof backlinks>[2], new Map());
  expect(linked.map(({ kind, title, route }) => [kind, title, route])).toEqual([
    ['work', 'order', { space: 's', lens: 'goals', object: 'fragment', params: { panel: 'details', t: 'order' } }], ['work', 'Ten stations', { space: 's', lens: 'goals', object: 'g', params: {} }],
  ]);
});
