/** Names of files in folders, as they come from archives and other systems. */
import { ImportFault } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';

const SHOWN = 80;

/** A name with `/` between its folders and nothing that leads anywhere else. Throws `unsafe-name`. */
export function cleanPath(name: string): string {
  const path = name.replaceAll('\\', '/').normalize('NFC');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const leadsOut = /^\/|^[a-z]:\//i.test(path) || /[\u0000-\u001f\u007f]/.test(path) || parts.includes('..');
  if (leadsOut || path.length > VAULT_LIMITS.pathUnits || parts.length > VAULT_LIMITS.pathDepth) throw new ImportFault('unsafe-name', { found: path.replace(/[\u0000-\u001f\u007f]/g, '?').slice(0, SHOWN) });
  return parts.join('/');
}

/** What systems and programs keep beside the pages: no person wrote it. */
export const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || /^(?:thumbs\.db|desktop\.ini)$/i.test(part));

/** The folder of a file, '' at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The last part. */
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Without the ending of a file. */
export const stemOf = (path: string): string => path.replace(/\.[^./]{1,12}$/, '');

/** What an address written in a file of `folder` names; null when it leads out of everything. */
export function joined(folder: string, address: string): string | null {
  const parts = address.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of address.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** As names are held against each other: whatever their case and the way their letters are composed. */
export const keyOf = (path: string): string => path.normalize('NFC').toLowerCase();

/** What `%20` stands for; a name that is no such code stays. */
export function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The folder all of them stand in, '' when there is none. */
export function sharedFolder(paths: readonly string[]): string {
  const first = paths[0]?.split('/')[0] ?? '';
  return paths.length > 0 && paths.every((path) => path.startsWith(`${first}/`)) ? first : '';
}
