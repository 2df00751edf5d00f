/** Where tasks are shown, and what one is made of. */
import type { NodeView, SpaceView } from '#os/api';
import type { TaskSource } from '#domain/goals';
import type { Route } from '#view/kit/router.tsx';

/** Where a task is shown with its details: in the side panel of the place it belongs to. */
export const taskRoute = (lens: string, { space, fragment, id }: Pick<NodeView, 'space' | 'fragment' | 'id'>): Route => ({ space, lens, object: fragment, params: { panel: 'details', t: id } });

/** Where the words stand that a task was made from. Rooms are channels in another lens: a task that is read there leads back there. */
export function sourceRoute(lens: string, { space, fragment, source }: Pick<NodeView, 'space' | 'fragment'> & { readonly source: TaskSource | null }): Route | null {
  if (!source) return null;
  return source.block === null ? { space, lens: lens === 'messenger' ? lens : 'chat', object: fragment, params: { m: source.node } } : { space, lens: 'documents', object: fragment, params: { b: source.block } };
}

export interface TaskOrder {
  readonly space: SpaceView;
  readonly fragment: string;
  readonly lens: string;
  readonly source: TaskSource;
  readonly text: string;
  /** People the words speak to. */
  readonly people?: readonly string[];
  readonly done?: boolean;
}
