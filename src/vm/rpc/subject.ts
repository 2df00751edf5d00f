/** Subjects of calls: `tlos.{lattice}.{actor}.wrpc.{version}.{interface}.{function}` (FORMATS 8). One text, one meaning. */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { RPC_LIMITS } from '#vm/rpc-limits';

export interface Subject {
  /** Space id, or uid for the own devices of a person: 32 bytes. */
  readonly lattice: Bytes;
  /** Ed25519 key of whoever is called: a device. */
  readonly actor: Bytes;
  readonly version: number;
  /** `namespace:name`. */
  readonly interface: string;
  readonly function: string;
}

const NAME = '[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,31}){0,3}';
const FORM = new RegExp(`^tlos\\.([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{43})\\.wrpc\\.v([1-9][0-9]{0,3})\\.(${NAME}:${NAME})\\.(${NAME})$`);

export const formatSubject = ({ lattice, actor, version, interface: name, function: fn }: Subject): string =>
  `tlos.${toBase64url(lattice)}.${toBase64url(actor)}.wrpc.v${version}.${name}.${fn}`;

/** Null for anything that is no subject. */
export function parseSubject(text: string): Subject | null {
  if (text.length > RPC_LIMITS.subjectChars) return null;
  const parts = FORM.exec(text);
  if (!parts) return null;
  const [, lattice, actor, version, name, fn] = parts as unknown as [string, string, string, string, string, string];
  const [space, key] = [fromBase64url(lattice), fromBase64url(actor)];
  return space === null || key === null ? null : { lattice: space, actor: key, version: Number(version), interface: name, function: fn };
}

/** What a function is served and looked up under: the subject without lattice and actor. */
export const serviceOf = ({ version, interface: name, function: fn }: Pick<Subject, 'version' | 'interface' | 'function'>): string => `v${version}.${name}.${fn}`;
