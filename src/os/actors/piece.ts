/** A piece of work for an actor: which module, where its file lies in the space, what it is given, and the input. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { createBlake3 } from '#base/blake3';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { ComputeKind } from '#os/compute-api';
import { isGrant, type Grant } from './inspect.ts';

export interface ActorPiece {
  /** Name of the actor: base64url of BLAKE3 of its module. */
  readonly actor: string;
  /** Node of the file that holds it. */
  readonly file: string;
  readonly grants: readonly Grant[];
  readonly input: Uint8Array;
}

const NAME = /^[A-Za-z0-9_-]{43}$/;
/** Letters of the id of a node, and more. */
const FILE_CHARS = 128;

/** The name of an actor is what its bytes are. */
export function actorName(module: Uint8Array): string {
  const hash = createBlake3();
  hash.update(module);
  return toBase64url(hash.digest());
}

export const isActorName = (name: unknown): name is string => typeof name === 'string' && NAME.test(name);

/** [actor, file, [grant…], input]. */
export const encodePiece = ({ actor, file, grants, input }: ActorPiece): Bytes => encodeCbor([actor, file, [...grants], input]);

/** What it asks; null for anything that is none. It comes from others. */
export function readPiece(bytes: Uint8Array): ActorPiece | null {
  const value = tryDecodeCbor(bytes);
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [actor, file, grants, input] = value;
  if (!isActorName(actor) || typeof file !== 'string' || file.length > FILE_CHARS || !(input instanceof Uint8Array)) return null;
  if (!Array.isArray(grants) || new Set(grants).size !== grants.length) return null;
  const given = grants.flatMap((one) => (typeof one === 'string' && isGrant(one) ? [one] : []));
  return given.length === grants.length ? { actor, file, grants: given, input } : null;
}

/** What a device says that would run this actor: half of its name, in the letters that capabilities have. The whole name is looked at where it runs. */
export const actorCapability = (actor: string): string => `actor:${Array.from((fromBase64url(actor) ?? new Uint8Array(0)).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;

/** The capability all of this work needs; null when it is no work of that kind, or of more than one actor. */
export function capabilityOf(kind: ComputeKind, pieces: readonly Uint8Array[]): string | null {
  if (kind !== 'actor') return kind;
  const actors = new Set(pieces.map((piece) => readPiece(piece)?.actor ?? ''));
  const [one] = actors;
  return one && actors.size === 1 ? actorCapability(one) : null;
}
