/** The page of decisions over two production kernels whose people read different languages: it is one, also where it was made before pages said what they are for, or is called otherwise by now. */
import { expect, test } from 'vitest';
import type { LifegraphApi } from '#os/api';
import { beginDocument, DOCUMENT, renameDocument, documentsOf, deleteDocument } from '#domain/editor';
import { FRAGMENT, ROOT } from '#domain/shared';
import { pair } from '#tests/sim/support/pair';
import { equal } from '#tests/sim/support/walks';
import { decisionsPage } from '#view/kit/decisions-page.ts';

test('{C2} who reads English and who reads Russian keep decisions in one page, whoever made it, however it is called by now', async () => {
  const { world, a, b, space } = await pair(951);
  const viewOf = async (api: LifegraphApi) => (await api.spaces.list()).find(({ id }) => id === space)!;
  const english = async () => world.wait(decisionsPage(a.api, await viewOf(a.api), 'Decisions'));
  const russian = async () => world.wait(decisionsPage(b.api, await viewOf(b.api), 'Решения'));
  const meet = async (): Promise<void> => { await world.wait(a.api.saved()); await world.wait(b.api.saved()); await equal(world, [a, b], space); };
  const pages = async () => documentsOf(await a.api.graph(space).query({ type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } }));
  // Made before pages said what they are for, by who reads Russian: who reads English takes it, and it says so from then on.
  const fragment = await world.wait(b.api.graph(space).createFragment({ type: DOCUMENT, title: 'Решения' }));
  await b.api.graph(space).transact(beginDocument(fragment), { fragment });
  await meet();
  expect(await english()).toMatchObject({ fragment, title: 'Решения' });
  const renamed = renameDocument((await pages())[0]!, 'What we agreed on');
  await a.api.graph(space).transact(renamed.ok ? renamed.value : []);
  await meet();
  expect([await english(), await russian()]).toMatchObject([{ fragment, title: 'What we agreed on' }, { fragment }]);
  expect(await pages()).toHaveLength(1);
  // In the trash it is none: another is made. Two that were made apart are one for both when they meet.
  await a.api.graph(space).transact(deleteDocument((await pages())[0]!));
  await meet();
  b.offline(true);
  const [first, second] = [await english(), await russian()];
  expect(first!.fragment).not.toBe(second!.fragment);
  b.offline(false);
  await meet();
  expect(await pages()).toHaveLength(2);
  expect((await russian())!.fragment).toBe((await english())!.fragment);
  // A page of another name that nothing says so of is none.
  expect([first!.fragment, second!.fragment]).toContain((await english())!.fragment);
}, 60_000);
