/**
 * Serves the built app. Only files found by listing the folder are ever opened, by their exact address, so an address cannot lead out of
 * it. Links are not followed. Precompressed neighbours (`x.br`, `x.gz`) are used where the browser takes them.
 */
import { createReadStream, lstatSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { policyOf, SECURITY_HEADERS } from './headers.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.mjs', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.wasm', 'application/wasm'],
  ['.json', 'application/json; charset=utf-8'],
  ['.webmanifest', 'application/manifest+json; charset=utf-8'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

const ENCODINGS: readonly (readonly [token: string, suffix: string])[] = [['br', '.br'], ['gzip', '.gz']];

/** A build names files under assets/ by their content: such an address never changes its bytes. */
const IMMUTABLE = /^\/assets\/.*-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** Least time between two listings of the folder (a rebuild while the server runs), ms. */
const RELIST_MS = 1_000;

/** Answers requests for files; false when there is no such file. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** The files below a folder by their addresses. A link is neither a file nor a folder here, whatever it points at. */
function list(folder: string, address = '/'): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) files.set(address + entry.name, path);
    else if (entry.isDirectory()) for (const [name, file] of list(path, `${address}${entry.name}/`)) files.set(name, file);
  }
  return files;
}

/** Which precompressed neighbour the request takes; null = none. */
function encodingFor(accept: string, path: string, files: ReadonlyMap<string, string>): { token: string; file: string } | null {
  for (const [token, suffix] of ENCODINGS) {
    const file = files.get(path + suffix);
    const wanted = accept.split(',').some((item) => {
      const [name, q] = item.trim().split(';q=');
      return name === token && q !== '0';
    });
    if (file !== undefined && wanted) return { token, file };
  }
  return null;
}

function statOf(file: string): { size: number; mtimeMs: number } | null {
  try {
    const stat = lstatSync(file);
    return stat.isFile() ? stat : null;
  } catch {
    return null;
  }
}

/** The files of one folder; throws when the folder cannot be read. `now` gives ms and only paces re-listing. */
export function serveFolder(root: string, now: () => number): StaticFiles {
  let files = list(root);
  let listedAt = now();
  const find = (path: string): string | undefined => {
    const file = files.get(path);
    if ((file !== undefined && statOf(file) !== null) || now() - listedAt < RELIST_MS) return file;
    listedAt = now();
    try {
      files = list(root);
    } catch {
      files = new Map();
    }
    return files.get(path);
  };
  return (request, response, path) => {
    const name = path === '/' ? '/index.html' : path;
    const plain = find(name);
    if (plain === undefined) return false;
    const encoding = encodingFor(request.headers['accept-encoding'] ?? '', name, files);
    const file = encoding?.file ?? plain;
    const stat = statOf(file);
    if (stat === null) return false;
    const etag = `"${stat.size.toString(36)}-${Math.floor(stat.mtimeMs).toString(36)}"`;
    response.setHeader('Content-Type', TYPES.get(extname(name)) ?? 'application/octet-stream');
    response.setHeader('Cache-Control', IMMUTABLE.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('Content-Security-Policy', policyOf(name));
    response.setHeader('ETag', etag);
    response.setHeader('Vary', 'Accept-Encoding');
    if (encoding !== null) response.setHeader('Content-Encoding', encoding.token);
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return true;
    }
    response.setHeader('Content-Length', stat.size);
    response.writeHead(200);
    if (request.method === 'HEAD') response.end();
    // A file that goes away while it is sent ends the response early; there is nobody to tell.
    else pipeline(createReadStream(file), response, () => undefined);
    return true;
  };
}

/** Sets the headers of every response. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}
