/** Models that members offer: anybody may name a file as one. The space and its files are played; a real one goes between browsers in tests/e2e/models.e2e.ts. */
import { describe, expect, test } from 'vitest';
import type { LifegraphApi, NodeView } from '#os/api';
import type { FileState } from '#os/files-api';
import { ModelError, type MindDesk } from '#os/models-api';
import { offerModel, offers, takeOffer } from '#view/settings/offered-models.ts';

const ID = 'A'.repeat(43);
const OTHER = 'B'.repeat(43);
const SPACE = { id: 's', name: 'River' };
const MIME = 'application/vnd.lifegraph.model';

const file = (id: string, of: string, by: string, setBy?: Record<string, string>): NodeView => ({ id, createdBy: by, ...(setBy && { setBy }), props: { name: `embed.${of}.lgmodel`, mime: MIME, size: 5 } }) as unknown as NodeView;

/** `holds`: what is really in a file; null: it never comes. */
function played(nodes: NodeView[], holds: Record<string, string | null> = {}): { api: LifegraphApi; desk: Pick<MindDesk, 'addPacked' | 'pack'>; asked: string[]; kept: string[]; added: string[] } {
  const [asked, kept, added]: string[][] = [[], [], []];
  const files = {
    watch: (_space: string, node: string, on: (state: FileState) => void) => {
      const state = holds[node] === null ? 'asked' : holds[node] === '' ? 'damaged' : 'here';
      queueMicrotask(() => on({ state } as FileState));
      return () => undefined;
    },
    want: async (_space: string, node: string) => void asked!.push(node),
    cancel: async () => undefined,
    read: (_space: string, node: string) => node,
    add: async (_space: string, _part: string, _blob: Blob, { name }: { name: string }) => void added!.push(name),
  };
  const query = async ({ type }: { type: string }): Promise<unknown[]> => (type === 'file@1' ? nodes : [{ fragment: 'f' }]);
  const api = { graph: () => ({ query }), files, identity: { get: () => ({ uid: 'me' }) } } as unknown as LifegraphApi;
  const desk = {
    addPacked: async (node: unknown, expected: string) => {
      const inside = holds[node as string]!;
      if (inside === 'no room') throw new ModelError('quota');
      if (inside !== expected) throw new ModelError('hash', inside);
      kept!.push(node as string);
      return inside;
    },
    pack: async () => ({ blob: new Blob(['x']), name: 'embed' }),
  };
  return { api, desk, asked: asked!, kept: kept!, added: added! };
}

const take = async ({ api, desk }: ReturnType<typeof played>, tried = new Set<string>(), control = new AbortController()): Promise<string> => {
  const [offer] = await offers(api, 's');
  return takeOffer(api, desk, SPACE, offer!, tried, () => undefined, control.signal).then(() => 'kept', (error: unknown) => (error as ModelError).fault);
};

describe('models that members offer', () => {
  test('files of one content are one row, and none of them hides another: one that lies or is damaged is followed by the next, on both sides of the right one', async () => {
    for (const order of [['lie', 'torn', 'right'], ['right', 'torn', 'lie'], ['torn', 'right', 'lie']]) {
      const one = played([...order.map((node) => file(node, ID, node)), file('else', OTHER, 'x')], { lie: OTHER, torn: '', right: ID });
      expect((await offers(one.api, 's')).map(({ id, nodes }) => [id, nodes])).toEqual([[ID, order], [OTHER, ['else']]]);
      expect(await take(one)).toBe('kept');
      expect([one.kept, one.asked]).toEqual([['right'], order.slice(0, order.indexOf('right') + 1)]);
    }
    expect(await take(played([file('a', ID, 'a'), file('b', ID, 'b')], { a: '', b: OTHER })), 'all of them lie').toBe('hash');
  });

  test('what is no fault of the file is told at once; one that does not come is behind the others when it was stopped', async () => {
    const full = played([file('a', ID, 'a'), file('b', ID, 'b')], { a: 'no room', b: ID });
    expect([await take(full), full.asked]).toEqual(['quota', ['a']]);
    const waits = played([file('a', ID, 'a'), file('b', ID, 'b')], { a: null, b: ID });
    const [tried, control] = [new Set<string>(), new AbortController()];
    const first = take(waits, tried, control);
    await expect.poll(() => waits.asked).toEqual(['a']);
    control.abort();
    expect(await first).toBe('cancelled');
    expect([await take(waits, tried), waits.asked, waits.kept]).toEqual(['kept', ['a', 'b'], ['b']]);
    expect(await take(waits, tried, control), 'stopped before it began').toBe('cancelled');
  });

  test('a false offer of the same hash does not keep the right one from being offered; the own one is not put there twice', async () => {
    const model = { id: ID, name: 'a/b' };
    const offered = async (...nodes: NodeView[]): Promise<string[]> => {
      const one = played(nodes);
      await offerModel(one.api, one.desk, 's', model);
      return one.added;
    };
    const once = [`a_b.${ID}.lgmodel`];
    expect(await offered()).toEqual(once);
    expect(await offered(file('x', ID, 'mallory'))).toEqual(once);
    expect(await offered(file('x', ID, 'me', { name: 'mallory' })), 'an own file that somebody else gave this name').toEqual(once);
    expect(await offered(file('x', ID, 'me'))).toEqual([]);
  });
});
