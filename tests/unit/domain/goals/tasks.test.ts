import { expect, test } from 'vitest';
import { FROM, goalsManifest, isDay, mayChangeTask, mayMakeTask, readTask, TASK, TASK_VERB, tasksBySource, tickTask } from '#domain/goals';
import { assignTask, dayFound, dayIn, draftFrom, linkTask, makeTask, renameTask, setDue, withoutDay } from '#domain/goals/words';
import { NO_RULES, TASK_TITLE_MAX } from '#domain/shared';
import type { SpaceView } from '#os/api';
import { nodeView } from '#tests/support/node-view';

const task = (part: Parameters<typeof nodeView>[0] = {}) => nodeView({ type: TASK, props: { title: 'Order seals' }, ...part });
const space = (part: Partial<SpaceView> = {}): SpaceView => ({ id: 's', name: 'S', kind: 'team', role: 'member', members: 2, scope: null, comments: [], lets: null, rules: NO_RULES, ...part });
const from = (to: string | [string, string], block?: string) => [{ id: 'e', type: FROM, from: 'x', to, props: (block === undefined ? {} : { block }) as Record<string, string>, by: 'me' }];

test('a task is one node.create in the place it came from, and one link to what it was made from', () => {
  expect(makeTask({ title: ' Order\nseals ', assignee: 'u', due: '2026-02-29', done: false })).toEqual({ ok: true, value: [{ op: 'node.create', type: TASK, props: { title: 'Order seals', assignee: 'u' }, verb: TASK_VERB.create }] });
  expect(makeTask({ title: ' \n ' })).toMatchObject({ error: { code: 'empty' } });
  expect(linkTask('task', { node: 'text', block: 'b' })).toEqual([{ op: 'edge.add', type: FROM, from: 'task', to: 'text', props: { block: 'b' }, personal: true, verb: TASK_VERB.create }]);
});

test('words become a draft: the first line that says something, the first person spoken to, the day that is named', () => {
  expect(draftFrom('\n  Order the seals by Friday\nand tell Davit', ['noor', 'mira'], '2026-11-25')).toEqual({ title: 'Order the seals by Friday', assignee: 'noor', due: '2026-11-27' });
  expect(draftFrom('no day, no person', [], '2026-11-25')).toEqual({ title: 'no day, no person', assignee: null, due: null });
  // A sign of two halves is not torn: half a sign can be kept nowhere.
  expect(draftFrom(`${'x'.repeat(TASK_TITLE_MAX - 2)}🙂 and more`, [], '2026-11-25').title).toBe(`${'x'.repeat(TASK_TITLE_MAX - 2)}…`);
});

test('days in a sentence, English and Russian, seen from a Wednesday', () => {
  const days: [string, string | null][] = [
    ['today', '2026-11-25'], ['Tomorrow at 15:00', '2026-11-26'], ['the day after tomorrow', '2026-11-27'], ['сегодня', '2026-11-25'], ['завтра утром', '2026-11-26'], ['послезавтра', '2026-11-27'],
    ['on Wednesday', '2026-12-02'], ['в среду', '2026-12-02'], ['к пятнице', '2026-11-27'], ['до понедельника', '2026-11-30'], ['к четвергу', '2026-11-26'], ['до пятницы', '2026-11-27'], ['понедельничный', null], ['Sunday', '2026-11-29'], ['by 2026-12-31', '2026-12-31'], ['к 03.12', '2026-12-03'], ['02.01', '2027-01-02'],
    ['3 June', '2027-06-03'], ['by the 3rd of December', '2026-12-03'], ['June 3', '2027-06-03'], ['3 июня 2028 года', '2028-06-03'], ['к 1 декабря', '2026-12-01'], ['31 июня', null], ['in 3 days', '2026-11-28'], ['in a week', '2026-12-02'], ['через 2 недели', '2026-12-09'],
    ['через день', null], ['через неделю', '2026-12-02'], ['in days to come', null], ['march 15:00', null], ['marching 3', null], ['01.02.2027', '2027-02-01'], ['version 1.2.3', null], ['31.02', null], ['thursdays', null], ['еда на завтрак', null], ['завтраки с понедельника', '2026-11-30'], ['завтра, в 10', '2026-11-26'], ['2026-02-30', null], ['', null],
  ];
  expect(days.map(([text]) => [text, dayIn(text, '2026-11-25')])).toEqual(days);
  expect(['2026-02-29', '2024-02-29', '2026-1-1', 'x', 7, null].map(isDay)).toEqual([false, true, false, false, false, false]);
});

test('a line without the day it names: what leads to the day goes with it, nothing else', () => {
  const lines: [string, string][] = [
    ['Order seals tomorrow', 'Order seals'], ['Tomorrow: order seals', 'order seals'], ['Order seals by next Friday, EPDM', 'Order seals, EPDM'], ['Заказать прокладки к пятнице', 'Заказать прокладки'], ['Сдать до 3 июня отчёт', 'Сдать отчёт'], ['tomorrow', 'tomorrow'], ['Call the hub on 2026-12-31', 'Call the hub'],
  ];
  expect(lines.map(([text]) => [text, withoutDay(text, dayFound(text, '2026-11-25')!)])).toEqual(lines);
});

test('schema: foreign values become harmless [limit TASK_TITLE_MAX]', () => {
  const odd = readTask(task({ props: { title: 'x'.repeat(TASK_TITLE_MAX + 5), done: 'yes', assignee: 7, due: '31 May' }, edges: from(['root', 'text'], 'b') }))!;
  expect(odd).toMatchObject({ done: false, assignee: null, due: null, source: { node: 'text', block: 'b' } });
  expect(odd.title).toHaveLength(TASK_TITLE_MAX);
  expect(makeTask({ title: 'x'.repeat(TASK_TITLE_MAX + 1) })).toMatchObject({ error: { code: 'too-long' } });
  expect(readTask(nodeView())).toBeNull();
});

test('edits: each field is its own register; what changes nothing is no edit', () => {
  const one = readTask(task({ id: 't' }))!;
  expect(renameTask(one, 'Order seals')).toMatchObject({ error: { code: 'no-change' } });
  expect(renameTask(one, ' New ')).toEqual({ ok: true, value: [{ op: 'node.set', id: 't', props: { title: 'New' }, verb: TASK_VERB.title }] });
  expect(tickTask('t', true)).toEqual([{ op: 'node.set', id: 't', props: { done: true }, verb: TASK_VERB.done }]);
  expect(assignTask('t', null)).toEqual([{ op: 'node.set', id: 't', props: { assignee: null }, verb: TASK_VERB.assign }]);
  expect(setDue('t', '2026-13-01')).toMatchObject({ ok: false });
  expect(setDue('t', null)).toMatchObject({ ok: true });
});

test('rights: as for other things; a guest changes only what they made; who comments makes none', () => {
  const one = readTask(task({ createdBy: 'other' }))!;
  expect(mayMakeTask(space(), 'f')).toBe(true);
  expect(mayMakeTask(space({ comments: ['f'] }), 'f')).toBe(false);
  expect(mayMakeTask(space({ role: 'guest' }), 'f')).toBe(false);
  expect(mayMakeTask(space({ rules: { ...NO_RULES, on: { m: { 'goals/': 'admin' } } } }), 'f', 'm')).toBe(false);
  expect(mayChangeTask(space(), one, 'me')).toBe(true);
  expect(mayChangeTask(space({ rules: { ...NO_RULES, on: { [one.id]: { change: 'admin' } } } }), one, 'me')).toBe(false);
  const opened = { role: 'guest' as const, rules: { ...NO_RULES, ops: { 'goals/': 'guest' as const } } };
  expect(mayChangeTask(space(opened), one, 'me')).toBe(false);
  expect(mayChangeTask(space(opened), { ...one, by: 'me' }, 'me')).toBe(true);
  expect(mayChangeTask(space(), { ...one, newer: true }, 'me')).toBe(false);
});

test('the card: facts are who and when, its box writes done; tasks are found by what they were made from', () => {
  const { facts, tick, title } = goalsManifest.types[0]!;
  const node = task({ props: { title: 'A', assignee: 'u', due: '2026-12-01', done: true }, edges: from('m') });
  expect([title(node), facts(node), tick!.done(node), tick!.set(node, false)]).toEqual(['A', [{ kind: 'person', uid: 'u' }, { kind: 'due', day: '2026-12-01' }], true, tickTask(node.id, false)]);
  const inBlock = task({ edges: from('text', 'b') });
  const later = task({ edges: from('m') });
  const found = tasksBySource([later, node, inBlock, task({ edges: from('m'), deleted: true }), task()]);
  expect([...found].map(([key, nodes]) => [key, nodes.map(({ id }) => id)])).toEqual([['m', [node.id, later.id]], ['text/b', [inBlock.id]]]);
});
