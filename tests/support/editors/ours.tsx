/** A person at our editor: the component, the binding and the session of the product; what its kernel would keep of the document is kept in the page. */
import { createRoot } from 'react-dom/client';
import { DOCUMENT } from '#domain/editor';
import { plainOf, type Block } from '#domain/editor/model';
import type { Change, GraphApi, LifegraphApi, Op, TextNews } from '#os/api';
import { fakeId } from '#tests/support/fake-graph';
import { fakeKernel } from '#tests/support/fake-kernel';
import { KernelProvider } from '#view/kit/kernel.tsx';
import '#view/kit/documents-words.ts';
import '#view/kit/tokens.css';
import '#view/kit/base.css';
import '#view/kit/controls.css';
import '#view/kit/overlays.css';
import '#view/kit/kit.css';
import { dropBlocks } from '#view/editor/drag.ts';
import '#view/editor/editor.css';
import '#view/editor/table.css';
import { PageEditor, type Desk } from '#view/editor/page-editor.tsx';
import { DocumentSession } from '#view/editor/session.ts';
import { putColumn, putRow, putTable } from '#view/editor/table-acts.ts';
import { keepTwice } from '#view/editor/twice-marks.ts';
import { press, pressed, stand, target, type Person, type Sight } from './hand.ts';
import type { Act } from './script.ts';

const SPACE = fakeId('space:River Watch', 32);
const PLACE = { space: SPACE, fragment: fakeId('a document'), node: fakeId('its text') };
/** How long marks are waited for, ms. */
const MARKS_MS = 5_000;

/** The next turn of the page: what promises did before is done. */
const turn = (): Promise<void> => new Promise((next) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (port1.close(), next());
  port2.postMessage(null);
});

/** What a kernel holds of the text, own and others' updates as they came; the session asks it, writes to it and hears of news. */
class HeldText {
  readonly sent: Uint8Array[] = [];
  private readonly all: Uint8Array[] = [];
  private readonly listeners = new Set<(change: Change) => void>();
  private told = 0;

  constructor(private readonly client: number) {}

  private news(origin: Change['origin']): void {
    for (const listener of [...this.listeners]) listener({ added: [], changed: [], removed: [], origin });
  }

  /** Resolves when the session has read it. */
  async receive(updates: readonly Uint8Array[]): Promise<void> {
    this.all.push(...updates);
    this.news('remote');
    while (this.told < this.all.length) await turn();
    await turn();
  }

  over(graph: GraphApi): GraphApi {
    return {
      ...graph,
      subscribe: (query, on) => {
        if (query.type !== DOCUMENT || query.fragment !== PLACE.fragment) return graph.subscribe(query, on);
        this.listeners.add(on);
        return () => this.listeners.delete(on);
      },
      updates: async (_node, mark): Promise<TextNews> => {
        const from = Number(mark ?? 0);
        this.told = this.all.length;
        return { updates: this.all.slice(from).map((update) => update.slice()), mark: String(this.all.length), salt: new Uint8Array(16), client: this.client };
      },
      transact: async (ops: Op[]) => {
        const updates = ops.flatMap((op) => (op.op === 'text.update' ? [op.update] : []));
        this.sent.push(...updates);
        this.all.push(...updates);
        this.news('local');
        return { ids: [], record: 'pending' };
      },
    };
  }
}

/** The control: another kind as the commands of the library make it, which forget the id of the block. */
function forget({ editor: { state, view } }: Desk, level: number): void {
  const { $head } = state.selection;
  view.dispatch(state.tr.setNodeMarkup($head.before(1), null, { kind: 'heading', level }));
}

function move({ editor: { view } }: Desk, { by }: Act): void {
  stand(view, by[0]);
  const { state } = view;
  const at = state.selection.$head.index(0);
  const to = target(state.doc.childCount, at, by);
  if ('step' in to) return press(view, to.step < 0 ? 'Alt-ArrowUp' : 'Alt-ArrowDown');
  const node = state.doc.child(at);
  const place = state.doc.children.slice(0, to.before).reduce((sum, block) => sum + block.nodeSize, 0);
  // As it is let go by the mouse (clipboard.ts).
  const tr = dropBlocks(state, { slice: state.selection.content(), move: true, bids: [String(node.attrs['bid'])] }, place);
  if (tr) view.dispatch(tr.setMeta('uiEvent', 'drop'));
}

function act(desk: Desk, done: Act, wrong: boolean): void {
  const { view } = desk.editor;
  const { what, by } = done;
  if (wrong && what === 'heading') return void (stand(view, by[0]) && forget(desk, 1 + Math.floor(by[1] * 3)));
  if (pressed(view, done)) return;
  const run = (command: typeof putTable): void => void command(view.state, view.dispatch, view);
  if (what === 'move') move(desk, done);
  else if (what === 'table') {
    if (stand(view, by[0], false)) run(putTable);
  } else if (stand(view, by[0], true)) run(what === 'row' ? putRow(by[1] < 0.5 ? 0 : 1) : putColumn(by[1] < 0.5 ? 0 : 1));
}

/** Words that stand twice, as the copy of the document says. */
const twiceIn = ({ binding }: Desk): string[] => binding.copy.shown().flatMap((block: Block) => (binding.copy.twice().get(block.id)?.ranges ?? []).map(([from, to]) => plainOf(block.text).slice(from, to)));

async function see(desk: Desk): Promise<Sight> {
  const { view } = desk.editor;
  const marked = twiceIn(desk);
  const drawn = (): string => [...view.dom.querySelectorAll('.twice')].map((one) => one.textContent).join('');
  for (const end = performance.now() + MARKS_MS; drawn() !== marked.join('');) {
    if (performance.now() > end) throw new Error(`marked on the screen: ${drawn()}; in the copy: ${marked.join('')}`);
    await turn();
  }
  const kept = desk.binding.copy.shown().map((block) => plainOf(block.text)).join('\n');
  const text = view.state.doc.children.map((block) => (block.type.name === 'table' ? block.children.map((row) => row.children.map((cell) => cell.textContent).join('\t')).join('\n') : block.textContent)).join('\n');
  if (desk.binding.copy.shown().length > 0 && kept !== text) throw new Error(`shown and kept are not the same: ${text} and ${kept}`);
  return { whole: JSON.stringify([view.state.doc.toJSON(), marked]), screen: [...view.dom.children].map((one) => one.textContent).join('\n'), text, marked };
}

export interface Ours extends Person {
  /** The controls: a word taken away, and "keep both" pressed wherever words stand twice. */
  takeAway(word: string): void;
  keepAll(): void;
}

/** Opens the editor for somebody who writes under this id; `wrong`: another kind forgets the block's id. */
export async function openOurs(client: number, host: HTMLElement, wrong: boolean): Promise<Ours> {
  const held = new HeldText(client);
  const base = fakeKernel('seeded');
  const api: LifegraphApi = { ...base, graph: (space) => held.over(base.graph(space)) };
  const troubles: unknown[] = [];
  const session = await DocumentSession.open(api, PLACE, (error) => troubles.push(error));
  const root = createRoot(host);
  const desk = await new Promise<Desk>((stands) => root.render(
    <KernelProvider api={api}>
      <PageEditor space={SPACE} fragment={PLACE.fragment} session={session} writes label="Text" node={PLACE.node} at={null} acts={[]} onDesk={(one) => one && stands(one)} />
    </KernelProvider>,
  ));
  const { view } = desk.editor;
  return {
    view,
    sent: held.sent,
    take: (updates) => held.receive(updates),
    act: (done) => act(desk, done, wrong),
    async see() {
      if (troubles.length > 0) throw new Error(String(troubles[0]));
      return see(desk);
    },
    takeAway(word) {
      view.state.doc.descendants((node, pos) => {
        const at = node.isTextblock ? node.textContent.indexOf(word) : -1;
        if (at >= 0) view.dispatch(view.state.tr.delete(pos + 1 + at, pos + 1 + at + word.length));
      });
    },
    keepAll: () => [...desk.binding.copy.twice().keys()].forEach((bid) => view.dispatch(keepTwice(view.state, bid)!)),
    close() {
      session.close();
      root.unmount();
    },
  };
}
