/** What a report is about: a message in its channel, a comment beside its document. */
import { expect, test } from 'vitest';
import { CHANNEL } from '#domain/chat';
import { DOCUMENT } from '#domain/editor';
import { FRAGMENT } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';
import { documentFragments, reportPlace } from '#view/subscription/report-place.ts';

const entry = (fragment: string, type: string, deleted = false) => nodeView({ type: FRAGMENT, deleted, props: { fragment, type, title: 'T' } });

test('{C7} a report leads to the comment beside its page, also of a page in the trash, and to a message in its channel', () => {
  const documents = documentFragments([entry('page', DOCUMENT), entry('gone', DOCUMENT, true), entry('channel', CHANNEL), nodeView({ props: { fragment: 'no', type: DOCUMENT } })]);
  expect([...documents]).toEqual(['page', 'gone']);
  const comment = (fragment: string) => ({ space: 's', lens: 'documents', object: fragment, params: { panel: 'comments', m: 'm' } });
  expect(reportPlace('s', { fragment: 'page', message: 'm' }, documents)).toEqual(comment('page'));
  expect(reportPlace('s', { fragment: 'gone', message: 'm' }, documents)).toEqual(comment('gone'));
  expect(reportPlace('s', { fragment: 'channel', message: 'm' }, documents)).toEqual({ space: 's', lens: 'chat', object: 'channel', params: { m: 'm' } });
});
