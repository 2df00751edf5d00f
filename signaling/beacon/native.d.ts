/** What is used of the two native packages of a beacon. */
declare module 'classic-level' {
  export interface Range {
    readonly gt?: string;
    readonly gte?: string;
    readonly lt?: string;
    readonly limit?: number;
    readonly reverse?: boolean;
  }
  export type Put = { readonly type: 'put'; readonly key: string; readonly value: Uint8Array } | { readonly type: 'del'; readonly key: string };
  interface Iteration<T> {
    all(): Promise<T[]>;
    close(): Promise<void>;
  }
  export class ClassicLevel {
    constructor(location: string, options: { readonly keyEncoding: 'utf8'; readonly valueEncoding: 'view' });
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<Uint8Array | undefined>;
    getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
    batch(operations: readonly Put[], options: { readonly sync: boolean }): Promise<void>;
    iterator(range: Range): AsyncIterable<[string, Uint8Array]> & Iteration<[string, Uint8Array]>;
    keys(range: Range): Iteration<string>;
    readonly status: 'opening' | 'open' | 'closing' | 'closed';
  }
}

declare module '@roamhq/wrtc' {
  const wrtc: { readonly RTCPeerConnection: typeof RTCPeerConnection; readonly RTCSessionDescription: typeof RTCSessionDescription; readonly RTCIceCandidate: typeof RTCIceCandidate };
  export default wrtc;
}
