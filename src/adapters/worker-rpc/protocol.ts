/**
 * Messages between a page and its kernel worker. Same-origin code talks here, yet both sides parse what arrives: a stray message
 * (dev tools, an extension) must not stop the tab. Values are structured clones; Uint8Array stays Uint8Array.
 */
import { AppError, type AppErrorShape } from '#base/app-error';

/** What RPC needs of a MessagePort, a Worker or a worker's own scope. */
export interface RpcPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  start?(): void;
}

export type ToServer =
  | { readonly k: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly k: 'open'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly k: 'close'; readonly id: number };

export type ToClient =
  | { readonly k: 'ok'; readonly id: number; readonly value: unknown }
  | { readonly k: 'err'; readonly id: number; readonly error: AppErrorShape }
  | { readonly k: 'event'; readonly id: number; readonly value: unknown }
  | { readonly k: 'end'; readonly id: number; readonly error: AppErrorShape | null };

function fields(data: unknown): Map<string, unknown> | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null;
  const map = new Map<string, unknown>(Object.entries(data));
  return Number.isSafeInteger(map.get('id')) ? map : null;
}

/** The message, or null when it is none of ours. */
export function readToServer(data: unknown): ToServer | null {
  const map = fields(data);
  if (map === null) return null;
  const id = map.get('id') as number;
  const k = map.get('k');
  if (k === 'close') return { k, id };
  const name = map.get('name');
  const args = map.get('args');
  if ((k !== 'call' && k !== 'open') || typeof name !== 'string' || !Array.isArray(args)) return null;
  return { k, id, name, args };
}

/** The message, or null when it is none of ours. */
export function readToClient(data: unknown): ToClient | null {
  const map = fields(data);
  if (map === null) return null;
  const id = map.get('id') as number;
  const k = map.get('k');
  if (k === 'ok' || k === 'event') return { k, id, value: map.get('value') };
  if (k === 'err') return { k, id, error: toErrorShape(map.get('error')) };
  if (k === 'end') return { k, id, error: map.get('error') == null ? null : toErrorShape(map.get('error')) };
  return null;
}

/** The four fields of any thrown thing; what is not an AppError becomes code `internal` without its text's trust. */
export function toErrorShape(thrown: unknown): AppErrorShape {
  if (typeof thrown === 'object' && thrown !== null) {
    const { code, message, safe, next, name } = thrown as Record<string, unknown>;
    if (typeof code === 'string' && typeof message === 'string' && typeof safe === 'string' && typeof next === 'string') return { code, message, safe, next };
    if (typeof message === 'string') return internal(typeof name === 'string' && name !== 'Error' ? `${name}: ${message}` : message);
  }
  return internal(String(thrown));
}

function internal(message: string): AppErrorShape {
  return { code: 'internal', message, safe: 'What was saved before is safe.', next: 'Reload the tab.' };
}

/** The shape as an error that can be thrown; all four fields survive the port. */
export function toAppError(shape: AppErrorShape): AppError {
  return new AppError(shape.code, shape.message, shape.safe, shape.next);
}

/** The other end has stopped for good. */
export const CLOSED: AppErrorShape = { code: 'closed', message: 'The kernel of this tab has stopped.', safe: 'What was saved before is safe.', next: 'Reload the tab.' };
/** Over a cap of this adapter. */
export const BUSY: AppErrorShape = { code: 'busy', message: 'Too many requests are waiting.', safe: 'Nothing was changed.', next: 'Wait a moment and try again.' };
