/** A notice that was pressed leads a tab of its person there, or opens the app. */
import { expect, test } from 'vitest';
import { pressNotice, type PressedPage } from '#boot/notice-press';

interface Message {
  readonly name: string;
  readonly route?: string;
}

/** A page of a person, as src/view/kit/system-notices.ts answers; one that the system froze says nothing. */
function pageOf(name: string, happened: string[], frozen = false): PressedPage {
  return {
    postMessage(message, transfer) {
      const { name: asked, route } = message as Message;
      if (route !== undefined) happened.push(`${name} goes to ${route}`);
      else if (!frozen) (transfer![0] as MessagePort).postMessage(asked === name);
    },
    focus: async () => void happened.push(`${name} in front`),
  };
}

async function press(data: unknown, ...pages: [name: string, frozen?: boolean][]): Promise<string[]> {
  const happened: string[] = [];
  await pressNotice(data, pages.map(([name, frozen]) => pageOf(name, happened, frozen)), async (hash) => void happened.push(`opened ${hash}`));
  return happened;
}

test('a tab of the person is brought forward and led there, and no tab of another person', async () => {
  expect(await press({ name: 'lgos', route: '#/s/chat/f' }, ['lgos-b'], ['lgos'])).toEqual(['lgos in front', 'lgos goes to #/s/chat/f']);
});

test('with none, or one that says nothing, the app is opened there', async () => {
  expect(await press({ name: 'lgos', route: '#/s/chat/f' })).toEqual(['opened #/s/chat/f']);
  expect(await press({ name: 'lgos', route: '#/s/chat/f' }, ['lgos-b'], ['lgos', true])).toEqual(['opened #/s/chat/f']);
});

test('a notice of a tab that keeps nothing leads nowhere: it brings its tab forward, and opens none; what is no notice of ours does nothing', async () => {
  expect(await press({ name: 'lgosm-x', route: '' }, ['lgosm-x'])).toEqual(['lgosm-x in front']);
  expect(await press({ name: 'lgosm-x', route: '' }, ['lgos'])).toEqual([]);
  for (const data of [null, undefined, 7, { name: 7, route: '#/' }, { name: 'lgos' }, { name: 'lgos', route: 'https://elsewhere.example/' }]) expect(await press(data)).toEqual([]);
});
