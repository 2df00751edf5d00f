import { expect, test } from 'vitest';
import { plainMessage } from '#base/plain-message';
import { cutText, plainLine, withoutOverrides } from '#base/plain-text';
import { emojiOf, readMessage } from '#domain/chat';
import type { NodeView } from '#os/api';

test('a name cannot turn the words beside it around, break the line or hide characters', () => {
  expect(plainLine(' Anna\u202e\u0000\nadmin\u200b\u2066 ')).toBe('Anna admin');
  expect(plainLine('\u{1f468}\u200d\u{1f469}\u200d\u{1f467}')).toBe('\u{1f468}\u200d\u{1f469}\u200d\u{1f467}');
});

test('an address in a message is shown in the order it is written', () => {
  expect(withoutOverrides('https://good.example/\u202egpj.exe')).toBe('https://good.example/gpj.exe');
});

test('a cut never leaves half a pair', () => {
  expect(cutText(`${'a'.repeat(79)}\u{1f600}`, 80)).toBe('a'.repeat(79));
});

test('a reaction or message of any values is harmless', () => {
  expect(emojiOf('react/\u202e\u{1f600}@1')).toBeNull();
  expect(emojiOf('react/\u{1f600}@1')).toBe('\u{1f600}');
  const node = { type: 'chat/message@1', id: 'x', fragment: 'f', props: { text: { a: 1 }, replyTo: [1], mentions: [null, {}, 3], edited: 'yes' }, edges: [{ type: 'react/\u0007@1', by: 'u', id: 'e' }] };
  expect(readMessage(node as unknown as NodeView)).toMatchObject({ text: '', replyTo: null, mentions: [], editedAt: null, reactions: [] });
});

test('a message in one line of a list shows no signs that it draws: code, quotes, words that are set off; sums, names and addresses stay', () => {
  expect(plainMessage('Is the **lid** glued, _or_ ~~screwed~~ `by hand`?')).toBe('Is the lid glued, or screwed by hand?');
  expect(plainLine(plainMessage('> I said *no*\n```ts\nconst a = 1;\n```'))).toBe('I said no const a = 1;');
  for (const same of ['2 * 3 * 4', 'snake_case_name', 'https://a.example/b_c_d?x=**y**', '**open']) expect(plainMessage(same)).toBe(same);
  expect(plainMessage('`**code**`')).toBe('**code**');
});
