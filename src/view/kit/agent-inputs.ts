/** What an agent is given: read from the graph by the page, so that the agent itself reaches nothing. Of people who are blocked nothing is read. */
import type { LifegraphApi, NodeView } from '#os/api';
import { partName, type Lineage } from '#os/agents/lineage';
import type { AgentInput } from '#os/agents/output';
import { AGENT_LIMITS } from '#os/limits';
import type { AgentManifest } from '#os/agents/manifest';
import { MESSAGE, readMessage } from '#domain/chat';
import { readDocument } from '#domain/editor';
import { readTask, TASK } from '#domain/goals';
import type { Subject } from '#domain/mind';
import { FRAGMENT } from '#domain/shared';
import { loadAgain } from '#view/kit/load-again.ts';

export interface Gathered extends Pick<Lineage, 'heads' | 'headsCut' | 'readAt'> {
  readonly inputs: readonly AgentInput[];
  /** More stood there than is read at once: the oldest were left out. */
  readonly left: number;
}

/** Nodes asked for at once. */
const AT_ONCE = 50;
/** Of each type, what a thing may be like. */
const AROUND = 600;
/** Of each space, what may be new. */
const NEWS = 300;
/** Of these only the present state is read: a run again compares with that. */
const REBUILT: readonly string[] = ['document', 'goal'];

/** The words of a node that an agent may read; null: none. */
function wordsIn(node: NodeView): string | null {
  if (node.deleted) return null;
  if (node.type === MESSAGE) {
    const message = readMessage(node);
    return message && message.moved === null ? message.text : null;
  }
  if (node.type === TASK) return readTask(node)?.title ?? null;
  return readDocument(node)?.title ?? null;
}

const inputOf = (node: NodeView, text: string): AgentInput => ({ space: node.space, fragment: node.fragment, node: node.id, block: null, by: node.told ? node.told.by : node.createdBy, at: node.createdAt, text });

function inputsOf(nodes: readonly NodeView[], blocked: ReadonlySet<string>): AgentInput[] {
  return nodes.flatMap((node) => {
    const text = wordsIn(node);
    const one = text === null || text === '' ? null : inputOf(node, text);
    return one && !(one.by !== null && blocked.has(one.by)) ? [one] : [];
  });
}

async function messagesOf(api: LifegraphApi, { kind, space, fragment, node }: Subject): Promise<NodeView[]> {
  const graph = api.graph(space);
  if (kind === 'channel') return (await graph.query({ type: MESSAGE, fragment, order: '-stamp', limit: AGENT_LIMITS.inputs })).reverse();
  const [root, replies] = await Promise.all([graph.get(node), graph.query({ type: MESSAGE, fragment, where: { replyTo: node } })]);
  return [...(root.state === 'here' ? [root] : []), ...replies];
}

/** Inputs of one fragment stand together, in the order their fragments come: so a lineage keeps them. */
function together(inputs: readonly AgentInput[]): AgentInput[] {
  const places = new Map<string, AgentInput[]>();
  for (const one of inputs) (places.get(`${one.space} ${one.fragment}`) ?? places.set(`${one.space} ${one.fragment}`, []).get(`${one.space} ${one.fragment}`)!).push(one);
  return [...places.values()].flat();
}

/** The thing itself first, then what of its space it may be like: the newest messages, tasks, and titles of pages. */
async function aroundOf(api: LifegraphApi, subject: Subject, blocked: ReadonlySet<string>): Promise<AgentInput[]> {
  const graph = api.graph(subject.space);
  const id = subject.kind === 'document' ? subject.entry : subject.node;
  const [own, messages, tasks, pages] = await Promise.all([graph.get(id ?? subject.node), graph.query({ type: MESSAGE, order: '-stamp', limit: AROUND }), graph.query({ type: TASK, order: '-stamp', limit: AROUND }), graph.query({ type: FRAGMENT, order: '-stamp', limit: AROUND })]);
  const mine = own.state === 'here' ? inputsOf([own], new Set()) : [];
  // What answers it is no news.
  const others = inputsOf([...messages, ...tasks, ...pages].filter((node) => node.id !== mine[0]?.node && node.props['replyTo'] !== subject.node), blocked);
  return mine.length === 0 ? [] : together([...mine, ...others]).slice(0, AGENT_LIMITS.inputs);
}

/** Messages of others in all spaces that are new since a time, the newest so many. */
async function newsOf(api: LifegraphApi, since: number, blocked: ReadonlySet<string>): Promise<AgentInput[]> {
  const me = api.identity.get()?.uid ?? null;
  const spaces = (await api.spaces.list()).filter(({ role }) => role !== 'joining' && role !== 'removed' && role !== 'no-rights');
  const all = await Promise.all(spaces.map(({ id }) => api.graph(id).query({ type: MESSAGE, order: '-stamp', limit: NEWS }).catch(() => [])));
  return together(inputsOf(all.flat().filter((node) => node.createdAt > since && node.createdBy !== me), blocked)).slice(0, AGENT_LIMITS.inputs);
}

async function read(api: LifegraphApi, manifest: AgentManifest, subject: Subject, blocked: ReadonlySet<string>): Promise<readonly AgentInput[]> {
  if (manifest.capabilities.makes.includes('related')) return aroundOf(api, subject, blocked);
  if (subject.kind === 'goal') return (await loadAgain(() => import('#view/kit/agent-goal.ts'))).goalInputs(api, manifest, subject);
  if (subject.kind === 'document') return (await loadAgain(() => import('#view/kit/agent-document.ts'))).documentInputs(api, manifest, subject);
  if (subject.kind === 'hub') return newsOf(api, subject.since ?? 0, blocked);
  return inputsOf(await messagesOf(api, subject), blocked);
}

/** Reads what a question is about, as it is now: the newest so many. */
async function readNow(api: LifegraphApi, manifest: AgentManifest, subject: Subject, blocked: ReadonlySet<string>): Promise<Pick<Gathered, 'inputs' | 'left'>> {
  const inputs = await read(api, manifest, subject, blocked);
  const left = Math.max(0, inputs.length - AGENT_LIMITS.inputs);
  return { inputs: inputs.slice(left), left };
}

/** Up to where the logs are held that the inputs lie in, those first of which most was read. Asked behind the reading: so nothing that was read lies above. */
async function headsOf(api: LifegraphApi, subject: Subject, inputs: readonly AgentInput[]): Promise<Pick<Lineage, 'heads' | 'headsCut'>> {
  const parts = new Map<string, Pick<AgentInput, 'space' | 'fragment'> & { readonly read: number }>();
  for (const { space, fragment } of inputs) {
    const name = partName(subject, { space, fragment });
    parts.set(name, { space, fragment, read: (parts.get(name)?.read ?? 0) + 1 });
  }
  const order = [...parts].sort(([, a], [, b]) => b.read - a.read);
  const heads: Record<string, Record<string, number>> = {};
  let [room, cut] = [AGENT_LIMITS.heads as number, order.length > AGENT_LIMITS.heads];
  for (const [name, { space, fragment }] of order.slice(0, AGENT_LIMITS.heads)) {
    const logs = Object.entries(await api.graph(space).tops({ fragment })).sort(([, a], [, b]) => b - a);
    if (logs.length > room) cut = true;
    if (room > 0) heads[name] = Object.fromEntries(logs.slice(0, room));
    room = Math.max(0, room - logs.length);
  }
  return { heads, ...(cut && { headsCut: true }) };
}

/** Reads what a question is about, as it is now, and notes where that lies. */
export async function gather(api: LifegraphApi, manifest: AgentManifest, subject: Subject, blocked: ReadonlySet<string>): Promise<Gathered> {
  const { inputs, left } = await readNow(api, manifest, subject, blocked);
  const readAt = Date.now();
  return { inputs, left, readAt, ...(await headsOf(api, subject, inputs)) };
}

/** The words of a node at a time, out of its history. */
async function wordsAt(api: LifegraphApi, node: NodeView, at: number): Promise<string | null> {
  if (node.updatedAt <= at) return wordsIn(node);
  const history = await api.graph(node.space).history(node.id).catch(() => []);
  const last = history.filter((entry) => (entry.what === 'text' || entry.what === 'title') && typeof entry.after === 'string' && entry.at <= at).at(-1);
  return typeof last?.after === 'string' ? last.after : null;
}

/** Reads the inputs of an earlier run as they were then; what is gone or cannot be had as it was is left out, and the digest of the whole tells. */
export async function gatherAgain(api: LifegraphApi, manifest: AgentManifest, { inputs, readAt }: Pick<Lineage, 'inputs' | 'readAt'>, subject: Subject): Promise<readonly AgentInput[]> {
  if (REBUILT.includes(subject.kind) && !manifest.capabilities.makes.includes('related')) return (await readNow(api, manifest, subject, new Set())).inputs;
  const out: AgentInput[] = [];
  for (let from = 0; from < inputs.length; from += AT_ONCE) {
    const some = await Promise.all(inputs.slice(from, from + AT_ONCE).map(async ({ space, node: id }) => {
      const node = await api.graph(space).get(id);
      if (node.state !== 'here' || node.deleted) return null;
      const text = await wordsAt(api, node, readAt);
      return text === null ? null : inputOf(node, text);
    }));
    out.push(...some.filter((one) => one !== null));
  }
  return out;
}
