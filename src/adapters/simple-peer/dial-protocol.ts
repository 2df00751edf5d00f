/**
 * Messages between the page that owns RTCPeerConnections and the kernel worker that uses them (RTCPeerConnection exists on pages only).
 * One MessagePort for all wires of the tab; `id` names an attempt and the wire that comes of it. Frames travel as transferred ArrayBuffers.
 */
import type { Channel, WireStats } from '#ports/wire';

export interface IceServer {
  readonly urls: string | string[];
  readonly username?: string;
  readonly credential?: string;
}

export type ToPage =
  | { readonly t: 'dial'; readonly id: number; readonly initiator: boolean; readonly iceServers: readonly IceServer[]; readonly whole: boolean; readonly relayOnly: boolean }
  | { readonly t: 'signal'; readonly id: number; readonly data: unknown }
  | { readonly t: 'frame'; readonly id: number; readonly channel: Channel; readonly data: ArrayBuffer }
  | { readonly t: 'stats'; readonly id: number; readonly call: number }
  /** Bytes of frames that the worker took since it said so last. */
  | { readonly t: 'taken'; readonly id: number; readonly bytes: number }
  | { readonly t: 'close'; readonly id: number; readonly reason: string };

export type ToWorker =
  | { readonly t: 'signal'; readonly id: number; readonly data: unknown }
  | { readonly t: 'open'; readonly id: number; readonly binding: Uint8Array }
  | { readonly t: 'frame'; readonly id: number; readonly channel: Channel; readonly data: ArrayBuffer }
  /** Bytes of frames that left the page since the last credit. */
  | { readonly t: 'credit'; readonly id: number; readonly channel: Channel; readonly bytes: number }
  | { readonly t: 'state'; readonly id: number; readonly state: 'connected' | 'disconnected' }
  | { readonly t: 'stats'; readonly id: number; readonly call: number; readonly stats: WireStats }
  /** The attempt failed or the wire closed: the last message of an id. */
  | { readonly t: 'gone'; readonly id: number; readonly reason: string };

/** What both ends need of a MessagePort. */
export interface DialPort {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  start?(): void;
}

/** An own ArrayBuffer of exactly these bytes: the frame's, when it fills it, so that it can be transferred without a copy. */
export function toTransferable(frame: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = frame;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return frame.slice().buffer as ArrayBuffer;
}
