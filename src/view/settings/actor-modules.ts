/** Modules of actors in the spaces of a person. */
import type { LifegraphApi } from '#os/api';
import { FILE } from '#os/files-api';

/** Files of one space that are listed, the newest: nobody hides those of another space, or new ones, by bringing many. */
export const LISTED = 20;
const MIME = 'application/wasm';

export interface Found {
  readonly space: string;
  readonly spaceName: string;
  readonly file: string;
  readonly name: string;
}

/** The newest of each space, newest first. */
export async function modulesIn(api: Pick<LifegraphApi, 'graph'>, spaces: readonly { readonly id: string; readonly name: string }[]): Promise<Found[]> {
  const of = async ({ id, name }: { readonly id: string; readonly name: string }): Promise<Found[]> => {
    const nodes = await api.graph(id).query({ type: FILE, where: { mime: MIME }, order: '-stamp', limit: LISTED }).catch(() => []);
    return nodes.map((node) => ({ space: id, spaceName: name, file: node.id, name: String(node.props['name'] ?? '') }));
  };
  return (await Promise.all(spaces.map(of))).flat();
}
