/** A whole space on its way into one file: asked of the kernel page by page, packed in a thread of its own, given out as parts that the browser keeps where it likes. */
import type { LifegraphApi, NodeView, SpaceView } from '#os/api';
import { MESSAGE, readChannel, readMessage } from '#domain/chat';
import { documentsOf, fieldsOf, passagesOf, readProperties, textNodeOf } from '#domain/editor';
import type { Answered, FromExporter, ToExporter } from '#domain/editor/files';
import type { SaidOut, TaskOut, ThreadOut } from '#domain/editor/vault';
import { readTask, TASK } from '#domain/goals';
import { FRAGMENT, ROOT, type DirectoryEntry } from '#domain/shared';
import { FilesOut } from './export-files.ts';

/** Messages that are asked for at once. */
const TOGETHER = 1_000;

/** The thread. `close` ends it at any moment. */
export class Exporter {
  readonly parts: Blob[] = [];
  /** Given up: nothing more is asked for. */
  closed = false;
  private readonly worker = new Worker(new URL('../../../workers/export.worker.ts', import.meta.url), { type: 'module', name: 'export' });
  private waiting: { resolve(answer: Answered): void; reject(error: Error): void } | null = null;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<FromExporter>) => {
      if ('part' in data) this.parts.push(new Blob([data.part]));
      else if ('done' in data) this.waiting?.resolve(data.done);
      else this.waiting?.reject(new Error(data.failed));
    };
    this.worker.onerror = (event) => this.waiting?.reject(new Error(event.message || 'the exporter ended'));
  }

  /** Done when the thread has done it. */
  ask(message: ToExporter): Promise<Answered> {
    if (this.closed) return Promise.reject(new Error('given up'));
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(message);
    });
  }

  close(): void {
    this.closed = true;
    this.worker.terminate();
    this.waiting?.reject(new Error('given up'));
  }
}

/** What is in the file, and pages that are not, by their titles. */
export interface SpaceOut {
  readonly pages: number;
  readonly channels: number;
  readonly tasks: number;
  readonly missed: readonly string[];
  /** Blocks of files and pictures of which only the names are in it. */
  readonly files: number;
}

/** Asks `exporter` to write all that may be read here. `nameOf`: names of people; `left` is told the names of files that are not in it ('' where nobody knows). */
export async function exportSpace(api: LifegraphApi, space: SpaceView, nameOf: (uid: string | null) => string, exporter: Pick<Exporter, 'ask'>, at: number, told: (done: number, total: number) => void, left: (name: string) => void = () => undefined): Promise<SpaceOut> {
  const graph = api.graph(space.id);
  const directory = await graph.query({ type: FRAGMENT, fragment: ROOT });
  const pages = documentsOf(directory);
  const channels = directory.flatMap((node) => readChannel(node) ?? []).sort((a, b) => (a.stamp < b.stamp ? -1 : 1));
  const missed: string[] = [];
  const total = 2 * pages.length + channels.length + 1;
  let done = 0;
  const next = (): void => told((done += 1), total);
  const along = new FilesOut(api.files, space.id, exporter, left);
  await exporter.ask({ begin: { space: { id: space.id, name: space.name }, pages, at } });
  for (const [index, { fragment, title }] of pages.entries()) {
    const news = await graph.updates(textNodeOf(fragment), null).catch(() => null);
    const node = news && (await graph.get(textNodeOf(fragment)));
    if (news) {
      const { shows } = await exporter.ask({ page: { at: index, updates: news.updates, fields: node?.state === 'here' ? fieldsOf(readProperties(node), nameOf) : [] } });
      await along.give(shows);
      await exporter.ask({ write: true });
    } else missed.push(title);
    next();
  }
  const thread = (folder: ThreadOut['folder'], entry: DirectoryEntry): Promise<boolean> => writeThread(api, space.id, { folder, title: entry.title, topic: entry.topic }, entry.fragment, folder === 'chat', nameOf, exporter);
  for (const channel of channels) {
    await thread('chat', channel);
    next();
  }
  for (const page of pages) {
    await thread('comments', page);
    next();
  }
  const known = new Set(pages.map(({ fragment }) => fragment));
  const tasks = (await graph.query({ type: TASK, order: 'stamp' })).flatMap((node) => taskOut(node, known, nameOf) ?? []);
  await exporter.ask({ tasks });
  const { files } = await exporter.ask({ end: true });
  next();
  return { pages: pages.length - missed.length, channels: channels.length, tasks: tasks.length, missed, files };
}

/** What was said in one place, the oldest first; `always`: also when that is nothing. */
async function writeThread(api: LifegraphApi, space: string, thread: ThreadOut, fragment: string, always: boolean, nameOf: (uid: string | null) => string, exporter: Pick<Exporter, 'ask'>): Promise<boolean> {
  const graph = api.graph(space);
  const part = (offset: number): Promise<NodeView[]> => graph.query({ type: MESSAGE, fragment, order: 'stamp', limit: TOGETHER, offset });
  let nodes = await part(0);
  if (nodes.length === 0 && !always) return false;
  await exporter.ask({ thread });
  for (let offset = 0; nodes.length > 0; ) {
    await exporter.ask({ said: nodes.flatMap((node) => saidOut(node, nameOf) ?? []) });
    offset += nodes.length;
    nodes = nodes.length < TOGETHER ? [] : await part(offset);
  }
  await exporter.ask({ endThread: true });
  return true;
}

function saidOut(node: NodeView, nameOf: (uid: string | null) => string): SaidOut | null {
  const message = readMessage(node);
  if (!message || message.deleted) return null;
  const { id, at, by, text, replyTo, editedAt, reactions } = message;
  return { id, at, by: nameOf(by), text, replyTo, edited: editedAt !== null, about: passagesOf(node).map(({ words }) => words), reactions: reactions.map(({ emoji, edges }) => ({ emoji, by: [...edges.keys()].map(nameOf) })) };
}

function taskOut(node: NodeView, pages: ReadonlySet<string>, nameOf: (uid: string | null) => string): TaskOut | null {
  const task = readTask(node);
  if (!task || task.deleted) return null;
  const page = pages.has(task.fragment) ? task.fragment : null;
  return { title: task.title, done: task.done, who: task.assignee === null ? null : nameOf(task.assignee), due: task.due, page, block: page === null ? null : (task.source?.block ?? null) };
}
