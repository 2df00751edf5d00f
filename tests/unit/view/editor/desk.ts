/** An editor over its copy of a document without a screen, for tests. */
import { getSchema, type Editor } from '@tiptap/core';
import { history } from '@tiptap/pm/history';
import type { Node } from '@tiptap/pm/model';
import { EditorState, Plugin, type Command, type Transaction } from '@tiptap/pm/state';
import { DocReplica } from '#domain/editor/model';
import { idsStep } from '#view/editor/behaviour.ts';
import { Binding } from '#view/editor/binding.ts';
import { schemaParts } from '#view/editor/nodes.ts';

export const schema = getSchema(schemaParts((key) => String(key)));

/** An editor without a screen: state, transactions, and who listens to them. */
export class Desk {
  readonly sent: Uint8Array[] = [];
  readonly replica: DocReplica;
  readonly binding: Binding;
  state = EditorState.create({ schema, doc: schema.node('doc', null, [schema.node('block')]), plugins: [history({ newGroupDelay: 0 }), new Plugin({ appendTransaction: (all, _before, state) => idsStep(all, state) })] });
  private listener: ((event: { transaction: Transaction }) => void) | null = null;
  composing = false;
  private readonly ends: (() => void)[] = [];

  constructor(client: number) {
    this.replica = new DocReplica(client);
    const desk = this;
    const editor = {
      schema, isDestroyed: false,
      get state() {
        return desk.state;
      },
      view: { dispatch: this.dispatch, dom: { addEventListener: (_: string, on: () => void) => this.ends.push(on), removeEventListener: () => undefined }, get composing() {
        return desk.composing;
      } },
      on: (_: string, on: (event: { transaction: Transaction }) => void) => (this.listener = on),
    };
    this.binding = new Binding(editor as unknown as Editor, this.replica, (updates) => this.sent.push(...updates));
  }

  private now = 0;

  /** Each act a second behind the one before: undo takes them back one by one. */
  readonly dispatch = (tr: Transaction): void => {
    tr.setTime((this.now += 1_000));
    this.state = this.state.apply(tr);
    this.listener?.({ transaction: tr });
  };

  run(command: Command): void {
    command(this.state, this.dispatch);
  }

  /** What the page shows. */
  page(): string[] {
    const words = (node: Node): string => (node.type.name === 'table' ? node.children.map((row) => row.children.map((cell) => cell.textContent).join('\t')).join('\n') : node.textContent);
    return this.state.doc.children.map((node) => `${String(node.attrs['kind'])} ${words(node)}`);
  }
}

const told = new Map<Desk, number>();

/** Each hears what the others did since they met last. */
export function meet(...desks: Desk[]): void {
  const fresh = desks.map((desk) => desk.sent.slice(told.get(desk) ?? 0));
  for (const [to, desk] of desks.entries()) {
    told.set(desk, desk.sent.length);
    desk.binding.take(fresh.filter((_, from) => from !== to).flat());
  }
}
