/** The part of gun/gun.js 0.2020.1241 that is used here, read from its source (the package's own typings lack mesh, ask and hooks). */
declare module 'gun/gun.js' {
  /** Values in GUN's graph; ours are texts. */
  export type GunValue = string | number | boolean | null;

  /** soul → {_: {'#': soul, '>': {key: state}}, key: value…} */
  export type GunNode = { _: { '#': string; '>': Record<string, number> } } & Record<string, unknown>;
  export type GunGraph = Record<string, GunNode>;

  export interface GunLex {
    '='?: string;
    '*'?: string;
    '>'?: string;
    '<'?: string;
  }

  export interface GunGet {
    '#'?: string;
    '.'?: string | GunLex;
    '%'?: number;
  }

  /** Local notes on a message; never on the wire. GUN wants a function object. */
  export interface GunMeta {
    (): void;
    /** The peer it was heard from. */
    via?: GunPeer;
    /** What goes to wire.send instead of the JSON of the message. */
    raw?: string;
    /** An answer from memory or store: passed on, not merged. */
    faith?: boolean;
  }

  export interface GunMessage {
    '#': string;
    '@'?: string;
    '##'?: string;
    put?: GunGraph;
    get?: GunGet;
    dam?: string;
    err?: string;
    lack?: boolean;
    _?: GunMeta;
  }

  /** One merged field, as the 'put' chain gets it. */
  export interface GunField {
    put: { '#': string; '.': string; ':': GunValue; '>': number };
    _: { '#': string };
  }

  /** A listener in a chain must call `this.to.next(msg)`. */
  export interface GunLink<M> {
    to: { next(message: M): void };
  }

  export interface GunPeer {
    id: string;
    wire: { send(raw: string): void } | null;
  }

  export interface GunMesh {
    hear(message: GunMessage, peer: GunPeer): void;
    say(message: GunMessage, peer?: GunPeer): unknown;
    hi(peer: GunPeer): void;
    bye(peer: GunPeer): void;
    /** If set, gets every message that has no one receiver, instead of the flood to all peers. */
    way?: (message: GunMessage) => void;
  }

  export interface GunOptions {
    localStorage: false;
    radisk: false;
    multicast: false;
    axe: false;
    peers: Record<string, GunPeer>;
    WebSocket: false;
    max: number;
    pack: number;
    /** How long ask() listens, ms. */
    lack: number;
    log: (...args: unknown[]) => void;
    mesh?: GunMesh;
  }

  export interface GunRoot {
    opt: GunOptions;
    graph: GunGraph;
    /** Set once the instance was made. */
    once?: number;
    on(tag: 'in' | 'out', message: GunMessage): void;
    on(tag: 'put', listener: (this: GunLink<GunField>, field: GunField) => void): void;
    on(tag: 'get', listener: (this: GunLink<GunMessage>, message: GunMessage) => void): void;
    /** Listens for answers ('@') to the id. */
    ask(listener: (answer: GunMessage) => void, as: { '#': string }): string;
  }

  interface GunStatic {
    (options: GunOptions): { _: GunRoot };
    Mesh(root: GunRoot): GunMesh;
    on(tag: 'opt', listener: (this: GunLink<GunRoot>, root: GunRoot) => void): void;
    log: { off?: boolean };
  }

  const Gun: GunStatic;
  export default Gun;
}
