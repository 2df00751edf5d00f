/** The search on the fake kernel: the real index over what the fake graph shows, made anew for each question. */
import { plainLoops } from '#base/graph-loops';
import { MESSAGE } from '#domain/chat';
import { KINDS } from '#domain/search';
import { Linked, messageEntries, personEntry, spaceEntry, TextIndex, titleEntries } from '#domain/search/engine';
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

/** What becomes of asking others. */
export type FakeOthers = 'none' | 'asking' | 'found' | 'late' | 'nobody';

/** `reading`: as if much of it were still to be read. */
export function fakeSearch(api: () => LifegraphApi | null, reading = false, others: () => FakeOthers = () => 'none'): SearchDesk {
  return {
    async find(query) {
      const here = api();
      const index = here === null ? new TextIndex() : await indexOf(here);
      const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<(typeof KINDS)[number], number>;
      const linked = new Linked(async (links) => plainLoops(links));
      linked.follow(index);
      await linked.settle();
      const view = linked.view(query);
      const found = reading ? { hits: [], total: 0, counts, near: false } : index.find(query, null, view.raise);
      const hits = found.hits.map((hit) => ({ ...hit, ...(view.leads(hit.entry) ? { leads: view.leads(hit.entry)! } : {}) }));
      return { ...found, hits, state: { phase: reading ? 'reading' : 'ready', entries: index.size, left: reading ? 4_200 : 0, kept: 0, read: index.size, unkept: 0, meant: null } };
    },
    elsewhere(query, _spaces, tell) {
      const of = others();
      void (async () => {
        const hits = of === 'found' || of === 'asking' ? (await this.find({ ...query, text: 'gasket', limit: 2 })).hits : [];
        const said = hits.map((hit, at) => ({ hit: { ...hit, author: '' }, from: [{ device: `d${at}`, uid: `u${at}`, name: ['Noor', 'Sofia'][at]! }] }));
        const [late, refused] = of === 'late' ? [2, 1] : of === 'found' ? [1, 0] : [0, 0];
        tell({ phase: of === 'asking' ? 'asking' : 'done', links: true, devices: of === 'nobody' ? 0 : 3, answered: 3 - late - refused, late, refused, hits: of === 'asking' ? said.slice(0, 1) : said });
      })();
      return () => undefined;
    },
    status: () => ({ state: 'running', since: Date.now() - 60_000, runs: 1, ends: [] }),
    restart: () => undefined,
    onChange: () => () => undefined,
  };
}
