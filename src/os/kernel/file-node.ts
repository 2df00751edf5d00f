/** The node of a file: its name and what opens its pieces, sealed as every node is (docs/PROTOCOL.md, Files). Whoever wrote it may have written anything. */
import { cutText, plainLine } from '#base/plain-text';
import type { Bytes } from '#base/bytes';
import type { JsonValue, NodeView } from '#os/api';
import { FILE } from '#os/files-api';
import { CHUNK_LIMITS } from '#vm/chunk-limits';

export const FILE_ADD = 'file/file.add@1';
const NAME_CHARS = 200;
const MIME = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,80}$/;
const ANY_MIME = 'application/octet-stream';

export interface FileNode {
  readonly name: string;
  readonly mime: string;
  readonly size: number;
  readonly root: Bytes;
  readonly key: Bytes;
  readonly salt: Bytes;
}

/** A name as it may be shown and saved: one line, no path, not too long. */
export function fileName(name: string): string {
  const line = plainLine(cutText(name, NAME_CHARS * 4)).replace(/[/\\]/g, '_');
  if (line.length <= NAME_CHARS) return line === '' ? 'file' : line;
  const end = /\.[\w-]{1,12}$/u.exec(line)?.[0] ?? '';
  return cutText(line, NAME_CHARS - end.length) + end;
}

/** A type as it is written; parameters are left out. */
export function fileMime(mime: string): string {
  const plain = mime.split(';')[0]!.trim().toLowerCase();
  return MIME.test(plain) ? plain : ANY_MIME;
}

const bytes = (value: JsonValue | undefined, length: number): Bytes | null => (value instanceof Uint8Array && value.length === length ? (value as Bytes) : null);

/** What a node says; null when that is no file this version knows. */
export function readFileNode({ type, props }: Pick<NodeView, 'type' | 'props'>): FileNode | null {
  const [root, key, salt, { size, name, mime }] = [bytes(props['root'], 32), bytes(props['key'], 32), bytes(props['salt'], 16), props];
  if (type !== FILE || root === null || key === null || salt === null) return null;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || size > CHUNK_LIMITS.fileBytes) return null;
  return { root, key, salt, size, name: fileName(typeof name === 'string' ? name : ''), mime: fileMime(typeof mime === 'string' ? mime : '') };
}
