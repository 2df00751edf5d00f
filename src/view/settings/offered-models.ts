/** Models that members of a space offer to each other: packed files in it, whose names say what must be inside. Anybody may write such a name. */
import type { LifegraphApi, NodeView } from '#os/api';
import { FILE, type FileState } from '#os/files-api';
import { ModelError, type MindDesk, type ModelFault, type ModelView } from '#os/models-api';
import type { LensProps } from '#view/kit/lens.ts';

/** Their media type. */
const MIME = 'application/vnd.lifegraph.model';
const NAME = /^(.{1,140})\.([A-Za-z0-9_-]{43})\.lgmodel$/u;

/** One content, and all files that claim to be it: some of them may be something else. */
export interface Offer {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly nodes: readonly string[];
}

const claimOf = (node: NodeView): (Omit<Offer, 'nodes'> & { readonly node: NodeView }) | null => {
  const { mime, name, size } = node.props;
  const found = mime === MIME && typeof name === 'string' ? NAME.exec(name) : null;
  return found ? { node, name: found[1]!, id: found[2]!, size: typeof size === 'number' ? size : 0 } : null;
};

const claims = async (api: LifegraphApi, space: string): Promise<NonNullable<ReturnType<typeof claimOf>>[]> => (await api.graph(space).query({ type: FILE })).map(claimOf).filter((one) => one !== null);

/** One row for one content, however often it is offered. */
export async function offers(api: LifegraphApi, space: string): Promise<Offer[]> {
  const rows = new Map<string, Offer & { readonly nodes: string[] }>();
  for (const { node, ...claim } of await claims(api, space)) {
    const row = rows.get(claim.id) ?? { ...claim, nodes: [] };
    row.nodes.push(node.id);
    rows.set(claim.id, row);
  }
  return [...rows.values()];
}

/** What the file of a packed model is called. */
export const packedName = ({ id, name }: Pick<ModelView, 'id' | 'name'>): string => `${name.replace(/[/\\]/g, '_').slice(0, 100)}.${id}.lgmodel`;

/** Puts a model into the space as one file. Who offered it does not put it there again; what others say they offer may be something else. */
export async function offerModel(api: LifegraphApi, desk: Pick<MindDesk, 'pack'>, space: string, { id, name }: Pick<ModelView, 'id' | 'name'>): Promise<void> {
  const me = api.identity.get()?.uid;
  if ((await claims(api, space)).some(({ id: claimed, node: { createdBy, setBy } }) => claimed === id && createdBy === me && setBy?.['name'] === undefined)) return;
  const [part] = await api.graph(space).query({ type: 'fragment@1', limit: 1 });
  if (!api.files || !part) throw new ModelError('store');
  const { blob } = await desk.pack(id);
  await api.files.add(space, part.fragment, blob, { name: packedName({ id, name }), mime: MIME });
}

/** Asks for the file and waits until all of it is here. Who leaves the page goes on getting its pieces. */
function wait(api: LifegraphApi, space: string, node: string, told: (state: FileState) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      stop();
      void api.files!.cancel(space, node);
      reject(new ModelError('cancelled'));
    };
    const stop = api.files!.watch(space, node, (state) => {
      told(state);
      if (state.state !== 'here' && state.state !== 'damaged') return;
      signal.removeEventListener('abort', giveUp);
      void Promise.resolve().then(() => stop());
      if (state.state === 'here') resolve();
      else reject(new ModelError('damaged'));
    });
    signal.addEventListener('abort', giveUp, { once: true });
    void api.files!.want(space, node);
  });
}

/** What is the fault of the file, not of this device. */
const FALSE: ReadonlySet<ModelFault> = new Set<ModelFault>(['hash', 'damaged']);

/**
 * Fetches the content from one of the files that claim to be it: one that is something else is followed by the next. `tried`: those that were begun, kept between calls, so that
 * one that does not come, or comes for ever, is behind the others when a person stops it and asks again.
 */
export async function takeOffer(
  api: LifegraphApi, desk: Pick<MindDesk, 'addPacked'>, space: Pick<LensProps['space'], 'id' | 'name'>, { id, nodes }: Offer, tried: Set<string>, told: (state: FileState) => void, signal: AbortSignal,
): Promise<void> {
  if (nodes.every((node) => tried.has(node))) tried.clear();
  let last: unknown = new ModelError('not-found');
  for (const node of [...nodes].sort((a, b) => Number(tried.has(a)) - Number(tried.has(b)))) {
    if (signal.aborted) throw new ModelError('cancelled');
    tried.add(node);
    try {
      await wait(api, space.id, node, told, signal);
      await desk.addPacked(api.files!.read(space.id, node), id, { kind: 'space', text: space.name });
      return;
    } catch (caught) {
      if (!(caught instanceof ModelError) || !FALSE.has(caught.fault)) throw caught;
      last = caught;
    }
  }
  throw last;
}
