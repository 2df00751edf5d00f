// Own modules: words of another language must not be loaded yet.
import '#view/kit/access-words.ts';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { toBase64url } from '#base/bytes';
import { splitHash } from '#boot/take-address';
import { defaultServers } from '#boot/servers';
import { VERSION } from '#boot/version';
import { readMessage, applyChange, EMPTY_CHANNEL, MESSAGE } from '#domain/chat';
import { oneLine } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';
import { FakeGraph } from '#tests/support/fake-graph';
import { channelRows, unreadLine } from '#view/chat/projection.ts';
import { firstLine } from '#view/chat/start-card.tsx';
import { inviteIn } from '#view/kit/invite-text.ts';
import { restOf, stopAfter } from '#view/kit/use-sheet.ts';
import { initialsOf, knotOf, knotPath } from '#view/kit/face.tsx';
import { createI18n, loadWords, pickLang } from '#view/kit/i18n.tsx';
import { bestChoices, fits } from '#view/kit/picker.tsx';
import { readPreferences } from '#view/kit/preferences.tsx';
import { currentRoute, formatRoute, isStillAt, parseRoute } from '#view/kit/router.tsx';
import { plainMessage } from '#base/plain-message';
import type { SearchHit } from '#domain/search';
import { messageBlocks, messageSpans } from '#view/kit/message-blocks.ts';
import { isRich, mentionsIn, textPieces } from '#view/kit/text-pieces.ts';
import { objectChoice } from '#view/kit/object-choices.tsx';
import { sealTones } from '#view/kit/seal.tsx';
import { emptyScan, scanSource } from '#scripts/lib/i18n-scan';

test('addresses: an invite and a server are taken out, everything else stays', () => {
  expect(splitHash('https://x.org/#/join/abc')).toEqual({ join: 'https://x.org/#/join/abc', read: null, signal: null, rest: '#/' });
  expect(splitHash('https://x.org/#/open?signal=wss%3A%2F%2Fs.org')).toEqual({ join: null, read: null, signal: 'wss://s.org', rest: '#/' });
  expect(splitHash('https://x.org/#/read/abc')).toEqual({ join: null, read: 'https://x.org/#/read/abc', signal: null, rest: '#/' });
  expect(splitHash('https://x.org/#/keep-nothing')).toEqual({ join: null, read: null, signal: null, fleeting: true, rest: '#/' });
  expect(splitHash('https://x.org/#/space/chat')).toEqual({ join: null, read: null, signal: null, rest: null });
  expect(defaultServers('wss://s.org', 'https://x.org/a/#/')).toEqual(['wss://s.org']);
  expect(defaultServers('javascript:1', 'https://x.org/a/#/')).toEqual(['wss://x.org/a/signal']);
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: VERSION });
});

test('addresses: what a screen was drawn for is told apart from an address that the page has not heard of yet', () => {
  const page = { hash: '#/s/chat' };
  vi.stubGlobal('location', page);
  try {
    const drawn = currentRoute();
    expect([drawn.space, isStillAt(drawn), isStillAt({ ...drawn, params: { start: 'here' } })]).toEqual(['s', true, true]);
    for (const hash of ['#/other/chat', '#/s/access', '#/s/chat/channel', '']) {
      page.hash = hash;
      expect(isStillAt(drawn), hash).toBe(false);
    }
  } finally {
    vi.unstubAllGlobals();
  }
});

test('addresses: /#/<space>/<lens>/<object>?panel=… there and back', () => {
  const route = { space: 's', lens: 'chat', object: 'a b/c', params: { panel: 'thread', t: 'x' } };
  expect(parseRoute(formatRoute(route))).toEqual({ ...route, object: 'a b/c' });
  expect(parseRoute('#/%E0%A4%A/chat')).toMatchObject({ space: '%E0%A4%A' });
  expect(parseRoute('')).toEqual({ space: null, lens: '', object: null, params: {} });
  expect(Object.getPrototypeOf(parseRoute('#/s?__proto__=1').params)).toBe(Object.prototype);
});

test('Face: the knot is a pure function of the key; same key, same knot', () => {
  const uid = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  expect(knotOf(uid)).toEqual(knotOf(uid));
  expect(knotOf(uid)).not.toEqual(knotOf(`B${uid.slice(1)}`));
  expect(knotPath(knotOf(uid), 32).match(/[ML]/g)).toHaveLength(220);
  expect([initialsOf('Parish school'), initialsOf(' Йонас '), initialsOf('')]).toEqual(['Ps', 'Й', '']);
});

test('Seal: four tones out of eight, equal for equal words', () => {
  const tones = sealTones(undefined, ['anchor', 'orchard', 'seven', 'tide']);
  expect(tones).toEqual(sealTones(undefined, ['anchor', 'orchard', 'seven', 'tide']));
  expect(tones.every((tone) => tone >= 0 && tone < 8)).toBe(true);
  const digest = Uint8Array.from({ length: 32 }, (_, at) => at * 11);
  expect(sealTones(toBase64url(digest), ['any'])).toEqual([8, 9, 10, 11].map((at) => digest[at]! & 7));
});

test('words: plurals one, few, many; numbers and holes', async () => {
  expect(createI18n('ru').lang, 'words that are not loaded are not spoken').toBe('en');
  await loadWords('ru');
  const ru = createI18n('ru');
  expect([1, 3, 5, 21].map((n) => ru.t('state.shared', { n }))).toEqual(['На 1 устройстве', 'На 3 устройствах', 'На 5 устройствах', 'На 21 устройстве']);
  expect(createI18n('en').t('state.shared', { n: 1 })).toBe('On 1 device');
  expect(createI18n('en').t('invite.title', { space: '{n}' })).toBe('Invite to {n}');
  expect([pickLang(undefined, ['de', 'ru-RU']), pickLang('en', ['ru']), pickLang(undefined, [])]).toEqual(['ru', 'en', 'en']);
});

test('words: a name of right-to-left letters stands in a direction of its own, others as they are', () => {
  const { t, list } = createI18n('en');
  expect(t('invite.title', { space: 'River 7 – Ñandú 河' })).toBe('Invite to River 7 – Ñandú 河');
  for (const name of ['נועה', 'نور 7', 'Café ދިވެހި', '\u{1e900}dlam']) expect(t('invite.title', { space: name })).toBe(`Invite to \u2068${name}\u2069`);
  expect(list(['Noor', 'نور'])).toBe('Noor and \u2068نور\u2069');
  // What is stored of such a sentence, as the title of a copy is, has no such signs.
  expect(oneLine(t('invite.title', { space: 'نور' }))).toBe('Invite to نور');
});

test('i18n:check finds planted words outside the catalogue', () => {
  const scan = emptyScan();
  scanSource('a.tsx', 'const a = <p aria-label="Hello">Some words{"and more"}{t("act.save")}<b title={x} className="fine" /></p>;', scan);
  expect(scan.loose.map((one) => one.text)).toEqual(['Hello', 'Some words', 'and more']);
  expect([...scan.keys]).toEqual(['act.save']);
});

test('picker: start, word start, inside, scattered; case and marks do not matter', () => {
  expect([fits('gas', 'Gaskets'), fits('gas', 'Old gasket'), fits('ask', 'Gaskets'), fits('gk', 'Gaskets'), fits('x', 'Gaskets')]).toEqual([4, 3, 2, 1, 0]);
  expect(fits('елка', 'Ёлка')).toBe(4);
  expect(bestChoices('no', [{ label: 'Anton' }, { label: 'Noor' }, { label: 'Mira' }], 5).map((one) => one.label)).toEqual(['Noor', 'Anton']);
});

test('a sheet comes to rest at one of three stops, or closes when it is let go low', () => {
  expect([0.1, 0.3, 0.5, 0.7, 0.97].map(restOf)).toEqual([null, 0.45, 0.45, 0.82, 1]);
  expect([0.45, 0.82, 1].map(stopAfter)).toEqual([0.82, 1, 0.45]);
});

test('preferences: what does not fit falls back', () => {
  expect(readPreferences({ lang: 'xx', theme: 'dark', panelWidth: 9999, keys: { a: 'KeyA', b: 1 } })).toMatchObject({ lang: 'auto', theme: 'dark', panelWidth: 560, keys: { a: 'KeyA' } });
  expect(readPreferences(null).singleKeys).toBe(true);
});

test('channel rows: day lines, the unread line, groups, a run of answers named once', () => {
  const day = Date.UTC(2026, 4, 19, 12);
  const node = (text: string, at: number, part: object = {}): ReturnType<typeof nodeView> => nodeView({ props: { text }, createdAt: at, createdBy: 'other', ...part });
  const first = node('a', day - 86_400_000);
  const second = node('b', day);
  const third = node('c', day + 1000);
  const answers = [0, 1].map((n) => node('d', day + 2000 + n, { props: { text: 'd', replyTo: second.id } }));
  const state = applyChange(EMPTY_CHANNEL, { added: [first, second, third, ...answers], changed: [], removed: [] });
  const unread = (message: { id: string; replyTo: string | null }): boolean => message.id === third.id || message.replyTo !== null;
  const line = unreadLine(state.order, answers[1]!.stamp, unread);
  expect(line).toEqual({ first: third.id, n: 3, since: day });
  expect(unreadLine(state.order, third.stamp, unread)?.n, 'what came after the opening is not counted').toBe(1);
  const rows = channelRows(state, line);
  expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'day', 'message', 'unread', 'message', 'message', 'message']);
  expect(rows.filter((row) => row.kind === 'message').map((row) => [row.head, row.quote])).toEqual([[true, false], [true, false], [true, false], [true, true], [true, false]]);
  expect(readMessage(second)?.text).toBe('b');
  const threaded = applyChange(state, { added: [node('e', day + 3000, { id: 'apart', props: { text: 'e', replyTo: second.id, thread: true } })], changed: [], removed: [] });
  const shown = (flat: boolean) => channelRows(threaded, null, null, flat).some((row) => row.key === 'apart');
  expect([shown(false), shown(true)], 'what stands in a thread is in the channel only where no thread can be opened').toEqual([false, true]);
  const gone = applyChange(state, { added: [], changed: [{ ...third, deleted: true }], removed: [] });
  const keys = (editing: string | null): string[] => channelRows(gone, null, editing).map((row) => row.key);
  expect([keys(null).includes(third.id), keys(third.id).includes(third.id)], 'a deleted message leaves, unless it is under edit').toEqual([false, true]);
});

test('message text: links, code and mentions become pieces; markup stays text', () => {
  const people = [{ uid: 'u', name: 'Mira' }];
  const pieces = textPieces('See https://a.org/x?y=1. `code` @Mira <img src=x onerror=alert(1)>', people);
  expect(pieces.map((piece) => [piece.kind, piece.text])).toEqual([['text', 'See '], ['link', 'https://a.org/x?y=1'], ['text', '. '], ['code', 'code'], ['text', ' '], ['mention', '@Mira'], ['text', ' <img src=x onerror=alert(1)>']]);
  expect(textPieces('```a```', people), 'a fence is no code of one line').toEqual([{ kind: 'text', text: '```a```' }]);
  expect(textPieces('javascript:alert(1)', people)).toEqual([{ kind: 'text', text: 'javascript:alert(1)' }]);
});

test('{C1} things named by `[[` in a message: their address in the text, their title in words; what is no address of ours stays as it was written', () => {
  const named = '[[Plan of _May_ @Mira|#/s_1/documents/d_2?b=x]]';
  const people = [{ uid: 'u', name: 'Mira' }];
  expect(textPieces(`see ${named}, @Mira`, people)).toEqual([
    { kind: 'text', text: 'see ' }, { kind: 'object', text: 'Plan of _May_ @Mira', href: '#/s_1/documents/d_2?b=x' }, { kind: 'text', text: ', ' }, { kind: 'mention', text: '@Mira', uid: 'u' },
  ]);
  expect(mentionsIn(named, people), 'a title names nobody').toEqual([]);
  for (const text of ['[[Plan]]', '[[Plan|https://a.b/#/s/documents/d', '[[Plan|javascript:alert(1)]]', '[[|#/s/documents/d]]', '[[a\nb|#/s/documents/d]]', '`[[a|#/s/documents/d]]`']) expect(textPieces(text, people).some(({ kind }) => kind === 'object'), text).toBe(false);
  expect(plainMessage(`see ${named} **now**`)).toBe('see Plan of _May_ @Mira now');
  // Markdown around it and in its address sets nothing of it off.
  expect(messageSpans(`_a_ ${named} _b_`).map(({ mark, text }) => [mark, text])).toEqual([['em', 'a'], [null, ` ${named} `], ['em', 'b']]);
  const hit = (title: string, kind: 'document' | 'task' | 'person' = 'document') => ({ entry: { kind, space: 's', fragment: 'f', node: 'n', block: '' }, title: { text: title, marks: [] }, snippet: { text: '', marks: [] }, place: '', lens: 'documents' }) as unknown as SearchHit;
  const choice = objectChoice(hit('A [draft]|\nof May'))!;
  expect([choice.label, choice.id]).toEqual(['A draft of May', '[[A draft of May|#/s/documents/f]]']);
  expect(textPieces(choice.id, [])).toEqual([{ kind: 'object', text: choice.label, href: '#/s/documents/f' }]);
  expect(textPieces(objectChoice(hit('Call Boris', 'task'))!.id, [])).toMatchObject([{ kind: 'object', href: '#/s/documents/f?panel=details&t=n' }]);
  expect([objectChoice(hit('Boris', 'person')), objectChoice(hit(' [] '))]).toEqual([null, null]);
});

test('{C1} an address outside with a title is a card that says where it leads, in the letters of the network; a title that is an address, code, and other schemes stay words', () => {
  expect(textPieces('see [Gland packing (A–Z)](https://pumps.example/a_(b)?x=1#y), all', [])).toEqual([
    { kind: 'text', text: 'see ' }, { kind: 'outside', text: 'Gland packing (A–Z)', href: 'https://pumps.example/a_(b)?x=1#y', host: 'pumps.example' }, { kind: 'text', text: ', all' },
  ]);
  expect(textPieces('[bank](https://bank.example@\u0435vil.example:8443/x)', [])).toMatchObject([{ kind: 'outside', host: 'xn--vil-qdd.example:8443' }]);
  for (const text of ['[https://bank.example](https://evil.example)', '[a](javascript:alert(1))', '[a](http://)', '[a]( https://x.example)', '[ ](https://x.example)', '`[a](https://x.example)`', '[a\nb](https://x.example)']) expect(textPieces(text, []).some(({ kind }) => kind === 'outside'), text).toBe(false);
  expect(mentionsIn('[@Mira](https://x.example)', [{ uid: 'u', name: 'Mira' }]), 'a title names nobody').toEqual([]);
  expect(plainMessage('see [Gland _packing_](https://u@pumps.example/a_(b)) **now**')).toBe('see Gland _packing_ (pumps.example) now');
  expect(messageSpans('_a_ [x _y_ z](https://a.example/b_c_d) _b_').map(({ mark }) => mark)).toEqual(['em', null, 'em']);
});

test('[limit MESSAGE_BLOCKS_MAX] {C1} message Markdown: fences, lists with their own numbers, quotes; what is no such thing stays as it was written, and so does what is beyond the limit', () => {
  expect(messageBlocks('look:\n```ts\nconst a = "<b>";\n\n- no item\n```\n\n- one\n* two\n7. seven\n9) nine\n> said\n> so\nend')).toEqual([
    { kind: 'text', text: 'look:' }, { kind: 'code', language: 'ts', text: 'const a = "<b>";\n\n- no item' }, { kind: 'list', items: [{ mark: null, text: 'one' }, { mark: null, text: 'two' }] },
    { kind: 'list', items: [{ mark: 7, text: 'seven' }, { mark: 9, text: 'nine' }] }, { kind: 'quote', text: 'said\nso' }, { kind: 'text', text: 'end' },
  ]);
  expect(messageBlocks('````\n```\n````\nafter')).toEqual([{ kind: 'code', language: '', text: '```' }, { kind: 'text', text: 'after' }]);
  expect(messageBlocks('```\nnever closed'), 'goes to the end').toEqual([{ kind: 'code', language: '', text: 'never closed' }]);
  expect(messageBlocks('```<img src=x>\na\n```')[0]).toEqual({ kind: 'code', language: '', text: 'a' });
  for (const text of ['-5 degrees', '3.5 mm', '2026. ', '-', 'a\n\n\nb']) expect(messageBlocks(text), text).toEqual([{ kind: 'text', text }]);
  const items = (n: number): number => messageBlocks('- a\n'.repeat(n)).reduce((sum, block) => sum + (block.kind === 'list' ? block.items.length : 0), 0);
  expect([items(200), items(201), items(4_000)]).toEqual([200, 200, 200]);
  expect(messageBlocks('- a\n'.repeat(201)).at(-1)).toEqual({ kind: 'text', text: '- a' });
});

test('{C1} message Markdown: strong, stressed, struck out; not in code, addresses, names and sums; a line of signs costs no time', () => {
  const said = (text: string): string => messageSpans(text).map(({ mark, text: part }) => (mark === null ? part : `<${mark}>${part}</${mark}>`)).join('');
  expect(said('a **b c** *d* _e_ ~~f~~')).toBe('a <strong>b c</strong> <em>d</em> <em>e</em> <del>f</del>');
  for (const text of ['2 * 3 * 4', 'a*b*c', 'snake_case_name', '`**code**`', 'https://a.org/_x_/**y**', '** a **', '**a\nb**', '***', '_ _']) expect(said(text), text).toBe(text);
  for (const sign of ['**a ', '_a ', '~~', '`', '*a', '> ', '- ']) {
    const began = performance.now();
    messageBlocks(sign.repeat(16_000 / sign.length));
    messageSpans(sign.repeat(16_000 / sign.length));
    expect(mentionsIn(`${sign.repeat(4_000)}\n${'```\n'.repeat(1_000)}`, [{ uid: 'u', name: 'Ann' }])).toEqual([]);
    expect(performance.now() - began, sign).toBeLessThan(1_000);
  }
  for (const [text, rich] of [['plain words, 5 - 3 and a_b', false], ['see https://a.org/x', false], ['- item', true], ['**b**', true], ['a\n```\nb', true], ['> said', true]] as const) expect(isRich(text), text).toBe(rich);
});

test('mentioned is who is drawn as mentioned: "@Anna" is not Ann, an address of mail and code name nobody, of one name all are meant', () => {
  const people = ['Ann', 'Anna', 'Ann Lee', 'Ян', 'Mira', 'Mira'].map((name, at) => ({ uid: `${name}${at}`, name }));
  const said = (text: string): string[] => mentionsIn(text, people);
  expect([said('@Anna, look'), said('(@Ann)'), said('@Ann’s turn'), said('@Ann Lee and @Anna')]).toEqual([['Anna1'], ['Ann0'], ['Ann0'], ['Anna1', 'Ann Lee2']]);
  expect([said('@Яна'), said('@Ян!'), said('post@Ann'), said('`@Ann`'), said('```\n@Ann\n```'), said('```\n@Ann'), said('@Ann_2'), said('@Mira')]).toEqual([[], ['Ян3'], [], [], [], [], [], ['Mira4', 'Mira5']]);
});

test('Start here finds my first words among the oldest and the newest of a busy space', async () => {
  const graph = new FakeGraph('s', { uid: 'me', writer: 'w' });
  const say = (uid: string, at: number): void => void graph.apply([{ op: 'node.create', type: MESSAGE, props: { text: 'x' } }], { uid, writer: uid }, at, 'f');
  for (let at = 1; at <= 250; at++) say('other', at);
  expect(await firstLine(graph.api(), 'me')).toBeNull();
  say('me', 300);
  expect(await firstLine(graph.api(), 'me'), 'who came late').toBe(300);
  for (let at = 301; at <= 600; at++) say('other', at);
  expect(await firstLine(graph.api(), 'other'), 'who came first').toBe(1);
});

test('an invite is found in what is pasted: alone, in quotes, in a letter; other text carries none', () => {
  const code = 'hQBYIAAVe3qSgzWc_-x';
  for (const text of [`https://a.org/#/join/${code}`, `  <https://a.org/app/#/join/${code}>`, `Hi, join us: http://127.0.0.1:4400/#/join/${code} , see you.`, `#join/${code}`]) expect(inviteIn(text), text).toBe(`#/join/${code}`);
  for (const text of ['', 'https://a.org/#/join/', 'https://a.org/join', 'join/abcdefgh']) expect(inviteIn(text), text).toBe(null);
});
