/** Named versions of a document: a node in its fragment that names a cut through the records, not a copy of the text. */
import { err, ok, type Result } from '#base/result';
import type { JsonValue, NodeView, Op, SpaceView } from '#os/api';
import { CHANNEL_TITLE_MAX, CUT_WRITERS_MAX, mayChange, mayMake, oneLine, refuse, textOf, type Refusal } from '#domain/shared';
import { VERSION, VERSION_VERB } from './schema.ts';

/** A cut through the edits of a document: writer → stamp of its last edit that is in (./model, Cut). */
type Cut = Readonly<Record<string, string>>;

export interface Version {
  readonly id: string;
  readonly name: string;
  readonly cut: Cut;
  readonly by: string | null;
  readonly at: number;
  readonly stamp: string;
}

const WRITER = /^[\w-]{43}$/;
const STAMP = /^[0-9a-f]{16}$/;

/** A cut out of what a peer wrote; null when it is none. */
export function readCut(value: JsonValue | undefined): Cut | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return null;
  const entries = Object.entries(value);
  const fits = entries.length <= CUT_WRITERS_MAX && entries.every(([writer, stamp]) => WRITER.test(writer) && typeof stamp === 'string' && STAMP.test(stamp));
  return fits ? (Object.fromEntries(entries) as Cut) : null;
}

/** A version of a node, or null when the node is none or names no cut. */
export function readVersion(node: NodeView): Version | null {
  const cut = node.type === VERSION && !node.deleted ? readCut(node.props['cut']) : null;
  const name = oneLine(textOf(node.props['name'], CHANNEL_TITLE_MAX) ?? '');
  return cut && name !== '' ? { id: node.id, name, cut, by: node.createdBy, at: node.createdAt, stamp: node.stamp } : null;
}

/** The versions among nodes, the newest first. */
export const versionsOf = (nodes: Iterable<NodeView>): Version[] => [...nodes].flatMap((node) => readVersion(node) ?? []).sort((a, b) => (a.stamp > b.stamp ? -1 : 1));

/** Gives a state a name. */
export function nameVersion(name: string, cut: Cut): Result<Op[], Refusal> {
  const line = oneLine(name);
  if (line === '' || Object.keys(cut).length === 0) return err(refuse('empty'));
  if (line.length > CHANNEL_TITLE_MAX || Object.keys(cut).length > CUT_WRITERS_MAX) return err(refuse('too-long'));
  return ok([{ op: 'node.create', type: VERSION, props: { name: line, cut: { ...cut } }, verb: VERSION_VERB.create }]);
}

/** Takes a name away; the state stays in the history. */
export const deleteVersion = (id: string): Op[] => [{ op: 'node.delete', id, verb: VERSION_VERB.delete }];

/** Takes that back. */
export const restoreVersion = (id: string): Op[] => [{ op: 'node.restore', id, verb: VERSION_VERB.restore }];

/** May this person name states of the document? */
export const mayNameVersions = (space: SpaceView, fragment: string): boolean => mayMake(space, VERSION, fragment) && !space.comments.includes(fragment);

/** May they take the name away? */
export const mayDeleteVersion = (space: SpaceView, fragment: string, version: Version, me: string): boolean => mayNameVersions(space, fragment) && mayChange(space, fragment, version.id) && (space.role !== 'guest' || version.by === me);
