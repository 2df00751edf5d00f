/** What agents made, as nodes: written with links and lineage, read back whatever a peer put there, taken, changed and dismissed. */
import { describe, expect, test } from 'vitest';
import type { NodeView, Op } from '#os/api';
import { AGENT_LIMITS } from '#os/limits';
import { INPUT_KINDS, manifestFaults } from '#os/agents/manifest';
import { consentOf } from '#os/agents/setting';
import type { Lineage } from '#os/agents/lineage';
import { ABOUT, AGENT, agentNode, editResult, keepFault, keepResult, MADE_FROM, MIND_AGENTS, mindManifest, labelOf, newestOf, readResult, recastItem, RESULT, resultsOf, setAgent, settingOf, settleItem, subjectRoute, SUMMARY, takeResult, type Subject } from '#domain/mind';
import { MIND_LIMITS } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const SUBJECT: Subject = { kind: 'thread', space: 'team', fragment: 'talk', node: 'root', title: 'What is\nwrong?' };
const inputs = (n: number): Lineage['inputs'] => Array.from({ length: n }, (_, at) => ({ space: 'team', fragment: 'talk', node: `m${at}`, block: null }));
const lineage = (n: number): Lineage => ({ agent: SUMMARY.id, version: 1, code: 'c', model: null, backend: 'js', executor: 'd', readAt: 1, today: '2027-01-01', inputs: inputs(n), subject: null, heads: {}, given: 'g', made: 'm', ms: 1 });
const item = (...sources: number[]) => ({ text: 'said', sources, label: null, day: null, person: null, why: [] });
const made = (ops: readonly Op[], more: Partial<NodeView> = {}): NodeView => {
  const [create] = ops;
  if (create?.op !== 'node.create') throw new Error('no node');
  return nodeView({ id: create.id!, type: create.type, props: create.props, ...more });
};
const edges = (ops: readonly Op[], type: string): unknown[] => ops.flatMap((op) => (op.op === 'edge.add' && op.type === type ? [op.to] : []));

describe('{K4} results', () => {
  test('AGENT5 a result links to what it is about and to each source once, and holds its lineage [limit MIND.links MIND.titleUnits]', () => {
    const ops = keepResult('r', 'mine', { ...SUBJECT, title: 'x'.repeat(500) }, { kind: 'summary', items: [item(0, 1), item(1)], lineage: lineage(3) });
    expect(edges(ops, ABOUT)).toEqual([['team', 'talk', 'root']]);
    expect(edges(ops, MADE_FROM)).toEqual([['team', 'talk', 'm0'], ['team', 'talk', 'm1']]);
    const hub: Subject = { kind: 'hub', space: 'mine', fragment: 'hub', node: 'hub', title: 'Hub', since: 1 };
    const news = keepResult('r', 'mine', hub, { kind: 'digest', items: [item(0)], lineage: lineage(1) });
    expect([edges(news, ABOUT), edges(news, MADE_FROM)], 'the Hub is no node').toEqual([[], [['team', 'talk', 'm0']]]);
    expect(readResult(made(news))).toMatchObject({ kind: 'digest', subject: { kind: 'hub', node: 'hub' } });
    const read = readResult(made(ops))!;
    expect(read.lineage).toEqual(lineage(3));
    expect(read.subject.title).toHaveLength(MIND_LIMITS.titleUnits);
    const many = keepResult('r', 'team', SUBJECT, { kind: 'summary', items: [item(...Array.from({ length: MIND_LIMITS.links + 20 }, (_, at) => at))], lineage: lineage(MIND_LIMITS.links + 20) });
    expect(edges(many, MADE_FROM)).toHaveLength(MIND_LIMITS.links);
    expect(edges(many, MADE_FROM)[0]).toEqual(['talk', 'm0']);
  });

  test('whatever stands in the node is made harmless, or is no result [limit MIND.items MIND.itemUnits]', () => {
    const good = made(keepResult('r', 'mine', SUBJECT, { kind: 'summary', items: [item(0)], lineage: lineage(1) }));
    for (const props of [{ ...good.props, kind: 'grants' }, { ...good.props, about: 'everything' }, { ...good.props, node: null }, {}]) expect(readResult({ ...good, props })).toBeNull();
    expect(readResult({ ...good, type: 'goals/task@1' })).toBeNull();
    const odd = readResult({ ...good, props: { ...good.props, items: [null, { text: 5, sources: 'all', day: 'soon', why: [1] }, { text: 'x'.repeat(9_000) }], standing: 'owner', lineage: 'none', checked: { is: 'great', at: 1 } } })!;
    expect(odd.items).toEqual([{ text: '', sources: [], label: null, day: null, person: null, why: [] }, { text: '', sources: [], label: null, day: null, person: null, why: [] }, { text: 'x'.repeat(MIND_LIMITS.itemUnits), sources: [], label: null, day: null, person: null, why: [] }]);
    expect(odd).toMatchObject({ standing: 'new', lineage: null, checked: null, subject: { title: 'What is wrong?' } });
    expect(readResult({ ...good, props: { ...good.props, items: Array.from({ length: MIND_LIMITS.items + 9 }, () => ({ text: 'x' })) } })!.items).toHaveLength(MIND_LIMITS.items);
    expect(MIND_LIMITS.items).toBe(AGENT_LIMITS.items);
  });

  test('{C1} a person says that a message is of another kind, and takes that back; of two devices that said two one counts on both; what is no kind is none', () => {
    const node = made(keepResult('r', 'mine', SUBJECT, { kind: 'labels', items: [{ ...item(0), label: 'task' }, { ...item(0), label: 'question' }], lineage: lineage(1) }));
    const result = readResult(node)!;
    expect([labelOf(result, 0), labelOf(result, 1), labelOf(result, 2)]).toEqual(['task', 'question', null]);
    expect(recastItem(result, 0, 'decision')).toMatchObject([{ op: 'set.add', prop: 'recast', value: '0 decision' }]);
    for (const nothing of [recastItem(result, 0, 'task'), recastItem(result, 0, 'owner'), recastItem(result, 9, 'task')]) expect(nothing).toEqual([]);
    const said = readResult({ ...node, sets: { recast: ['0 info', '0 decision', '1 owner', 'x', 7] } })!;
    expect([...said.recast]).toEqual([[0, 'decision']]);
    expect(recastItem(said, 0, 'task')).toMatchObject([{ op: 'set.remove', value: '0 decision' }]);
    expect(recastItem(said, 0, 'question')).toMatchObject([{ op: 'set.remove', value: '0 decision' }, { op: 'set.add', value: '0 question' }]);
  });

  test('a person takes it, puts their own words there, settles items one by one; a fault is nothing to take [limit MIND.editedUnits]', () => {
    const node = made(keepResult('r', 'mine', SUBJECT, { kind: 'tasks', items: [item(0)], lineage: lineage(1) }));
    const result = readResult(node)!;
    expect(takeResult(result)).toMatchObject({ ok: true });
    expect(editResult(result, ' mine ')).toMatchObject({ ok: true, value: [{ props: { standing: 'edited', edited: 'mine' } }] });
    expect(editResult(result, ' ')).toMatchObject({ ok: false, error: { code: 'empty' } });
    expect(editResult(result, 'x'.repeat(MIND_LIMITS.editedUnits + 1))).toMatchObject({ ok: false, error: { code: 'too-long' } });
    const [settle] = settleItem('r', 0, 'task');
    expect(settle).toMatchObject({ op: 'set.add', prop: 'settled', value: '0 task' });
    expect([...readResult({ ...node, sets: { settled: ['0 task', '1 -', 'x', 7] } })!.settled]).toEqual([[0, 'task'], [1, null]]);
    const fault = readResult(made(keepFault('f', SUBJECT, SUMMARY, 'time')))!;
    expect(fault.fault).toBe('time');
    expect(takeResult(fault).ok).toBe(false);
  });

  test('{C2} the newest of each agent is shown; the log and the Hub tell all, and where each leads', async () => {
    const [told] = await mindManifest.activity!();
    const at = (id: string, createdAt: number, ops: readonly Op[], more: Partial<NodeView> = {}): NodeView => ({ ...made(ops), id, createdAt, ...more });
    const one = keepResult('r', 'mine', SUBJECT, { kind: 'summary', items: [item(0)], lineage: lineage(1) });
    const nodes = [at('old', 1, one), at('new', 2, one), at('fault', 3, keepFault('f', SUBJECT, SUMMARY, 'time')), at('gone', 4, one, { deleted: true })];
    expect(resultsOf(nodes).map(({ id }) => id)).toEqual(['fault', 'new', 'old']);
    expect(newestOf(resultsOf(nodes)).map(({ id }) => id)).toEqual(['new']);
    expect(told!.read(nodes[0]!)).toMatchObject({ kind: 'agent', title: 'What is wrong?', leads: { space: 'team', lens: 'chat', object: 'talk', params: { panel: 'thread', t: 'root' } } });
    expect(told!.read(nodes[2]!)).toMatchObject({ waits: false });
    expect(told!.read(nodes[3]!)).toBeNull();
    expect(subjectRoute({ ...SUBJECT, kind: 'document' })).toMatchObject({ lens: 'documents', object: 'talk' });
    expect(subjectRoute({ ...SUBJECT, kind: 'thing', fragment: 'plan', node: 'task' }), 'beside the task, where its place is').toEqual({ space: 'team', lens: 'goals', object: 'plan', params: { panel: 'details', t: 'task' } });
    expect(INPUT_KINDS.filter((kind) => subjectRoute({ ...SUBJECT, kind }).lens === 'hub'), 'nothing else ends in the Hub').toEqual(['hub']);
  });
});

describe('{K4} what a person says about an agent', () => {
  test('AGENT5 one node for all their devices: allowed, limited, off; every manifest of this build is sound', () => {
    const ops = setAgent(SUMMARY, { on: true, ms: 500 }, false);
    expect(ops.map(({ op }) => op)).toEqual(['node.create', 'node.set']);
    const node = { ...made(ops), props: { ...(ops[1] as { props: NodeView['props'] }).props } };
    const nodes = new Map([[agentNode(SUMMARY.id), node]]);
    expect(consentOf(SUMMARY, settingOf(nodes, SUMMARY.id))).toBe('given');
    expect(settingOf(nodes, SUMMARY.id).ms).toBe(500);
    expect(settingOf(new Map([[agentNode(SUMMARY.id), { ...node, type: RESULT }]]), SUMMARY.id).on).toBe(false);
    expect(setAgent(SUMMARY, { on: false }, true)).toEqual([{ op: 'node.set', id: agentNode(SUMMARY.id), props: { on: false }, verb: 'mind/agent.set@1' }]);
    expect(node.type).toBe(AGENT);
    expect(MIND_AGENTS.flatMap(manifestFaults)).toEqual([]);
    expect(new Set(MIND_AGENTS.map(({ id }) => id)).size).toBe(MIND_AGENTS.length);
  });
});
