/** The search on the fake kernel: the real index over what the fake graph shows, made anew for each question. */
import { MESSAGE } from '#domain/chat';
import { KINDS } from '#domain/search';
import { messageEntries, personEntry, spaceEntry, TextIndex, titleEntries } from '#domain/search/engine';
import { FRAGMENT } from '#domain/shared';
import type { LifegraphApi } from '#os/api';
import type { SearchDesk } from '#view/kit/search.ts';

async function indexOf(api: LifegraphApi): Promise<TextIndex> {
  const index = new TextIndex();
  for (const { id, name } of await api.spaces.list()) {
    index.put(`names/${id}`, '', [spaceEntry(id, name), ...(await api.spaces.members(id)).map((member) => personEntry(id, member))]);
    for (const node of await api.graph(id).query({ type: FRAGMENT })) index.put(`${id}/${node.id}`, '', titleEntries(node));
    for (const node of await api.graph(id).query({ type: MESSAGE })) index.put(`${id}/${node.id}`, '', messageEntries(node));
  }
  return index;
}

/** `reading`: as if much of it were still to be read. */
export function fakeSearch(api: () => LifegraphApi | null, reading = false): SearchDesk {
  return {
    async find(query) {
      const here = api();
      const index = here === null ? new TextIndex() : await indexOf(here);
      const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<(typeof KINDS)[number], number>;
      const found = reading ? { hits: [], total: 0, counts, near: false } : index.find(query);
      return { ...found, state: { phase: reading ? 'reading' : 'ready', entries: index.size, left: reading ? 4_200 : 0, kept: 0, read: index.size, unkept: 0, meant: null } };
    },
    elsewhere(_query, _spaces, tell) {
      tell({ phase: 'done', links: true, devices: 2, answered: 2, late: 0, refused: 0, hits: [] });
      return () => undefined;
    },
    status: () => ({ state: 'running', since: Date.now() - 60_000, runs: 1, ends: [] }),
    restart: () => undefined,
    onChange: () => () => undefined,
  };
}
