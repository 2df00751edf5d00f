/** Documents in the trash: a deletion takes the entry of the directory away and nothing else, so what lies here can be read, and comes back as it is. */
import type { NodeView, SpaceView } from '#os/api';
import { mayChange, ROOT, type DirectoryEntry } from '#domain/shared';
import { mayMakeDocuments } from './rules.ts';
import { readDocument } from './schema.ts';

/** A deleted document of a directory node; null for every other node. */
export const readTrashed = (node: NodeView): DirectoryEntry | null => (node.deleted ? readDocument({ ...node, deleted: false }) : null);

/** May this person bring it back: who may delete it. A Guest who may make documents changes only entries of their own. */
export const mayRestoreDocument = (space: SpaceView, { node }: Pick<DirectoryEntry, 'node'>, madeBy: string | null, me: string): boolean => mayMakeDocuments(space) && mayChange(space, ROOT, node) && (space.role !== 'guest' || madeBy === me);
