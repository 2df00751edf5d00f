import { expect, test } from 'vitest';
import { CERTIFICATE, LEARN_VERBS } from '#domain/learn';
import { certificateId, certificatesOf, confirmCertificate, CONFIRMS, makeCertificate, reviewFirst, readCourse, wayOf, NO_PROGRESS, NEEDS, type Progress } from '#domain/learn/course';
import { nodeView } from '#tests/support/node-view';

const F = 'course';
const certificate = (of: string, part = {}) => nodeView({ id: certificateId(F, of), type: CERTIFICATE, fragment: F, createdBy: of, props: { steps: 3, at: 5_000 }, ...part });
const confirm = (by: string | null) => ({ id: `e${by}`, type: CONFIRMS, from: 'x', to: 'x', props: {}, by });

test('{C6} a certificate is of who made it and of nobody else: one made for another, changed by another, deleted or elsewhere is none; own confirmations do not count', () => {
  const [one] = certificatesOf(F, [certificate('boris', { edges: [confirm('anna'), confirm('boris'), confirm(null), { ...confirm('carl'), type: 'other' }] })]);
  expect(one).toMatchObject({ of: 'boris', at: 5_000, steps: 3, confirmed: ['anna'] });
  const none = [certificate('boris', { createdBy: 'mallory' }), certificate('boris', { createdBy: null }), certificate('boris', { setBy: { at: 'mallory' } }), certificate('boris', { deleted: true }), certificate('boris', { fragment: 'other' }), certificate('boris', { id: 'else' }), certificate('boris', { type: 'other' }), certificate('boris', { newer: true })];
  expect(certificatesOf(F, none)).toEqual([]);
  expect(certificatesOf(F, [certificate('boris', { props: { steps: -1, at: 'never' }, createdAt: 7 })])[0]).toMatchObject({ at: 7, steps: 0 });
  // What they signed in the clear goes with it, one of each person.
  const papers = [{ ...confirm('anna'), props: { paper: 'A' } }, { ...confirm('anna'), props: { paper: 'B' } }, { ...confirm('boris'), props: { paper: 'C' } }, { ...confirm('carl'), props: { paper: 7 } }];
  expect(certificatesOf(F, [certificate('boris', { props: { steps: 3, at: 5, paper: 'P' }, edges: papers })])[0]).toMatchObject({ paper: 'P', papers: ['B'] });
  expect([one!.paper, one!.papers]).toEqual([null, []]);
  expect([makeCertificate(F, 'boris', 3, 5, 'P'), confirmCertificate(one!, 'carl', 'Q')]).toMatchObject([[{ props: { paper: 'P' } }], [{ props: { paper: 'Q' } }]]);
  expect(makeCertificate(F, 'boris', 3, 5.4)).toMatchObject([{ op: 'node.create', id: certificateId(F, 'boris'), props: { steps: 3, at: 5 } }]);
  expect(confirmCertificate(one!, 'carl')).toMatchObject([{ op: 'edge.add', type: CONFIRMS, personal: true }]);
  expect(confirmCertificate(one!, 'anna')).toMatchObject([{ op: 'edge.remove', id: 'eanna' }]);
  for (const op of [...makeCertificate(F, 'boris', 3, 5), ...confirmCertificate(one!, 'anna')]) expect(LEARN_VERBS).toContain(op.verb);
});

test('{C6} before a step is begun, what it builds on and was not known is offered again: the nearest first, and nothing that is known by now', () => {
  const edge = (from: string, on: string) => ({ id: `${from}${on}`, type: NEEDS, from, to: on, props: {}, by: 'me' });
  const lesson = (id: string, ...needs: string[]) => nodeView({ id, type: 'learn/lesson@1', fragment: F, props: { pass: 0.5 }, edges: needs.map((on) => edge(id, on)) });
  const question = (id: string, parent: string) => nodeView({ id, type: 'learn/question@1', fragment: F, parent, props: { kind: 'free', ask: '?', answers: ['a'] } });
  const course = readCourse(F, [lesson('a'), lesson('b', 'a'), lesson('c', 'b'), lesson('d'), ...['a1', 'a2'].map((id) => question(id, 'a')), ...['b1', 'b2', 'b3'].map((id) => question(id, 'b')), question('d1', 'd')], new Map());
  const progress = (right: string[], wrong: string[]): Progress => ({ ...NO_PROGRESS, exists: true, read: 1, done: 1, right: new Map(right.map((id) => [id, 5])), wrong: new Map(wrong.map((id) => [id, 4])) });
  const first = (progresses: Map<string, Progress>) => reviewFirst(course, wayOf(course, progresses), progresses)?.map(({ step, wrong }) => [step.id, wrong]);
  expect(first(new Map([['a', progress(['a1'], ['a2'])], ['b', progress(['b1'], ['b2', 'b3'])]]))).toEqual([['b', 2], ['a', 1]]);
  expect(first(new Map([['a', progress(['a1', 'a2'], ['a2'])], ['b', progress(['b1', 'b2', 'b3'], [])]]))).toEqual([]);
  // What the next step does not build on is not offered.
  expect(first(new Map([['d', progress([], ['d1'])]]))).toEqual([]);
});
