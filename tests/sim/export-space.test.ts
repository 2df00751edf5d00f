/** A space goes out as files (issue 6, Export): everything a person may read there and nothing else; it comes in again as it was, from the production kernel to the production kernel. */
import { expect, test } from 'vitest';
import { filesOfArchive } from '#boot/archive';
import { spaceExport } from '#boot/space-export';
import { readMessage, sendMessage, toggleReaction } from '#domain/chat';
import { copyProperties, DOCUMENT, documentsOf, propertiesAt, sendComment, textNodeOf } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';
import { addressed, addressedFields, readVault } from '#domain/editor/vault';
import { linkTask, makeTask } from '#domain/goals/words';
import { FRAGMENT, PERSON, ROOT } from '#domain/shared';
import type { Op, SpaceView } from '#os/api';
import { exportSpace, type SpaceOut } from '#view/editor/exporter.ts';
import { writeDocument, writeVault, type Importer } from '#view/editor/importer.ts';
import { pair } from './support/pair.ts';
import type { SimTab, SimWorld } from './support/sim-world.ts';
import { valueOf } from '#tests/support/value-of';

const NAMES = (uid: string | null): string => (uid === null ? '…' : `person ${uid.slice(0, 4)}`);
const line = (id: string, text: string, link?: string): Block => ({ id: id.padEnd(22, '-'), type: 'paragraph', attrs: {}, text: [{ text, marks: link === undefined ? {} : { link } }] });

async function document(world: SimWorld, tab: SimTab, space: string, title: string, blocks: Block[]): Promise<string> {
  const importer = { closed: false, updates: async (client: number) => new DocReplica(client).write(blocks) } as unknown as Importer;
  return (await world.wait(writeDocument(tab.api, space, title, importer, () => undefined))).fragment;
}

async function taken(world: SimWorld, tab: SimTab, space: string): Promise<{ out: SpaceOut; blob: Blob; files: Record<string, string>; told: number[] }> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const take = spaceExport((part) => void parts.push(part));
  const view = (await world.wait(tab.api.spaces.list())).find(({ id }) => id === space) as SpaceView;
  const told: number[] = [];
  const out = await world.wait(exportSpace(tab.api, view, NAMES, { ask: async (message) => take(structuredClone(message)) }, 1_700_000_000_000, (at, total) => void told.push(at / total)));
  const blob = new Blob(parts);
  const files = Object.fromEntries(await Promise.all((await filesOfArchive(blob)).map(async ({ path, read }) => [path, new TextDecoder().decode(await read())])));
  return { out, blob, files, told };
}

test('a person takes out what they may read: of a page, a channel and a task that are not theirs there is nothing, while who may read all has them; another space takes it in and gives it out equal', { timeout: 120_000 }, async () => {
  const { world, a, space } = await pair(761);
  const graph = a.api.graph(space);
  const act = (ops: Op[], fragment: string) => world.wait(graph.transact(ops, { fragment }));
  const help = await world.wait(graph.createFragment({ type: 'chat/channel@1', title: 'help' }));
  const inner = await world.wait(graph.createFragment({ type: 'chat/channel@1', title: 'hidden channel' }));
  const secret = await document(world, a, space, 'hidden page', [line('s', 'hidden words')]);
  const open = await document(world, a, space, 'Open plan', [line('o', 'open words'), line('p', 'the other', `#/${space}/documents/${secret}?b=${'s'.padEnd(22, '-')}`), line('q', 'here', `#/${space}/documents/unknown`), { id: 'f'.padEnd(22, '-'), type: 'file', attrs: { file: 'F'.repeat(22), alt: 'drawing.pdf' }, text: [] }, { id: 'g'.padEnd(22, '-'), type: 'picture', attrs: { file: 'G'.repeat(22) }, text: [] }]);
  await act(copyProperties(propertiesAt(open), [{ id: 'AAAAAAAA', name: 'Next', kind: 'link', value: `#/${space}/documents/${secret}`, ord: 1 }, { id: 'BBBBBBBB', name: 'Glued', kind: 'check', value: true, ord: 2 }]), open);
  await act(valueOf(sendMessage({ text: 'said *openly*', mentions: [] })), help);
  const said = readMessage((await graph.query({ type: 'chat/message@1', fragment: help }))[0]!)!;
  const me = a.api.identity.get()!.uid;
  const person = (await graph.query({ type: PERSON, fragment: ROOT })).find((node) => node.createdBy === me)!;
  await act(valueOf(toggleReaction(said, '👍', { uid: me, person: { fragment: person.fragment, node: person.id } })), help);
  await act(valueOf(sendMessage({ text: 'hidden saying', mentions: [] })), inner);
  await act(valueOf(sendComment(open, { text: 'a comment', mentions: [], on: [] })), open);
  for (const [title, fragment] of [['open task', open], ['hidden task', secret]] as const) {
    const { ids } = await act(valueOf(makeTask({ title, due: '2026-12-01' })), fragment);
    await act(linkTask(ids[0]!, { node: textNodeOf(fragment), block: 'b' }), fragment);
  }
  const guest = await world.open(world.device('clara'));
  await world.wait(guest.api.identity.create({ name: 'Clara' }));
  const link = await world.wait(a.api.spaces.invite(space, { role: 'guest', scope: [help, open] }));
  await world.wait(guest.api.spaces.join(link));
  expect(await world.clock.until(() => guest.running.parts.kernel.spaces.get(space)?.standing === 'member', 20_000)).toBe(true);
  await world.clock.run(8_000);

  const whole = await taken(world, a, space);
  const part = await taken(world, guest, space);
  expect(whole.out).toEqual({ pages: 2, channels: 3, tasks: 2, missed: [], files: 2 });
  expect(part.out).toMatchObject({ pages: 1, tasks: 1, missed: [] });
  expect(part.files['pages/Open plan.md']).toContain('open words');
  expect(whole.files['pages/Open plan.md']).toMatch(/^---\ntitle: "Open plan"\nNext: "\[\[hidden page\]\]"\nGlued: true\n---\n/);
  expect(whole.files['lifegraph/1.json']).toContain('"value": "~1"');
  expect(part.files['chat/help.md']).toContain('said \\*openly\\*');
  const all = (files: Record<string, string>): string => Object.entries(files).flat().join('\n');
  expect(all(whole.files).match(/hidden (?:page|words|channel|saying|task)/g)!.length).toBeGreaterThan(6);
  expect(all(part.files)).not.toMatch(/hidden/);
  // Of files the names: what lies in one space is nothing in another.
  expect(whole.files['pages/Open plan.md']).toContain('drawing.pdf');
  expect(all(whole.files)).not.toMatch(/F{22}|G{22}/);
  expect(whole.told.at(-1)).toBe(1);

  // For people and for programs: what was said by whom and when, comments beside their page, tasks.
  const thread = JSON.parse(whole.files['chat/help.json']!) as { messages: { text: string; by: string; reactions: unknown }[] };
  expect(thread.messages).toMatchObject([{ text: 'said *openly*', by: expect.stringMatching(/^person /), reactions: [{ emoji: '👍', by: [expect.stringMatching(/^person /)] }] }]);
  expect(whole.files['comments/Open plan.md']).toContain('a comment');
  expect(whole.files['comments/hidden page.md']).toBeUndefined();
  expect(whole.files['tasks.md']).toMatch(/\[ \] open task · 2026-12-01 \(Open plan\)/);
  expect(JSON.parse(whole.files['tasks.json']!)).toMatchObject({ tasks: [{ title: 'open task', page: 'pages/Open plan.md', block: 'b' }, { title: 'hidden task' }] });

  // In again, in another space.
  const other = await world.wait(a.api.spaces.create({ name: 'Lake' }));
  let ids = 0;
  const vault = await readVault('River.zip', await filesOfArchive(whole.blob), { newId: () => `n${ids++}`, told: () => undefined });
  const importer = { closed: false, page: async (at: number, client: number, hrefs: readonly string[]) => ({ updates: new DocReplica(client).write(addressed(vault.pages[at]!, hrefs)), fields: addressedFields(vault.pages[at]!, hrefs) }) } as unknown as Importer;
  await world.wait(writeVault(a.api, other, vault.pages.map(({ title }) => title), (fragment) => `#/${other}/documents/${fragment}`, importer, () => undefined));
  expect(documentsOf(await a.api.graph(other).query({ type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } })).map(({ title }) => title)).toEqual(['Open plan', 'hidden page']);
  const again = await taken(world, a, other);
  const pages = (files: Record<string, string>): [string, string][] => Object.entries(files).filter(([path]) => /^(?:pages|lifegraph)\//.test(path));
  expect(pages(again.files)).toEqual(pages(whole.files));
  expect(pages(again.files)).toHaveLength(4);
  expect(all(Object.fromEntries(pages(again.files)))).toContain(`~1?${encodeURIComponent(`^${'s'.padEnd(22, '-')}`)}`);
});
