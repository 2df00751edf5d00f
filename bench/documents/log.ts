/** The log of one writer of a document: sealed, signed and stored as the kernel does it, opened as a start does it, and the snapshot of its fragment. */
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { toBase64url, type Bytes } from '#base/bytes';
import { memoryStore } from '#bench/support/stores';
import { DOCUMENT, DOCUMENT_VERB } from '#domain/editor';
import { mergeTextUpdates } from '#os/kernel/text-sessions';
import { FragmentGraph } from '#vm/graph/fragment-graph';
import { readGraph, writeGraph } from '#vm/graph/graph-image';
import { ImageReader, ImageWriter } from '#vm/graph/image-bytes';
import { readTextClaims, TextClocks } from '#vm/graph/text-rules';
import { yjsClientId } from '#vm/protocol/ids';
import { bodyKey, fragmentKey } from '#vm/protocol/keys';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import { openBody, sealRecord, type SealedRecord } from '#vm/protocol/seal';
import { PRIMITIVE, RECORD_CLASS, type Operation } from '#vm/protocol/types';

const crypto = createWebCrypto(webcrypto.subtle as unknown as SubtleCrypto);
const random = createWebRandom(webcrypto as unknown as Crypto);
const bytes = (length: number): Bytes => random.bytes(length);
/** Records opened together, as the kernel does. */
const BURST = 64;

/** The updates of the document that a graph holds. */
const updatesOf = (graph: FragmentGraph): readonly Uint8Array[] => [...graph.nodes.values()].flatMap((node) => node.text?.all() ?? []);

export async function newLog() {
  const signer = await crypto.generateSigning();
  const [space, fragment, epoch, node, salt, acl] = [bytes(32), bytes(16), bytes(16), bytes(16), bytes(16), bytes(32)];
  const aead = await crypto.importAead(bodyKey(fragmentKey(bytes(32), fragment), signer.pub));
  const vault = await crypto.importAead(bytes(32));
  const store = memoryStore();
  const records: Bytes[] = [];
  let last: SealedRecord | null = null;
  let ms = 0;
  const op = (primitive: number, args: Operation['args'], verb: string): Operation => ({ primitive, verb, stamp: { ms: ++ms, ctr: 0 }, args });
  const updateOp = (update: Uint8Array, first: boolean): Operation => op(PRIMITIVE.textUpdate, first ? [node, update, salt] : [node, update], DOCUMENT_VERB.edit);

  /** What was written since the last time becomes one record in the store. */
  async function seal(updates: readonly Uint8Array[]): Promise<void> {
    const begin = last === null ? [op(PRIMITIVE.nodeCreate, [node, DOCUMENT, new Map()], DOCUMENT_VERB.create)] : [];
    const pending = [...begin, ...updates.map((update, i) => updateOp(update, last === null && i === 0))].map((one) => ({ op: one, at: one.stamp.ms }));
    const [seq, prev] = [records.length, last?.id ?? null];
    last = await sealRecord(crypto, {
      space, fragment, class: RECORD_CLASS.op, seq, prev, n: seq, sprev: prev, deps: [], acl: [acl], ops: mergeTextUpdates(pending).map((one) => one.op), signer, epoch, bodyKey: aead, random,
    });
    await store.commit({ origin: 'bench', records: [{ space, fragment, writer: signer.pub, seq, id: last.id, bytes: last.bytes }] });
    records.push(last.bytes);
  }

  /** Every record parsed, verified and decrypted, its text judged, its operations applied. */
  async function open(): Promise<FragmentGraph> {
    const [graph, clocks] = [new FragmentGraph(), new TextClocks()];
    for (let at = 0; at < records.length; at += BURST) {
      const opened = await Promise.all(records.slice(at, at + BURST).map(async (record) => {
        const parsed = parseRecord(record);
        const payload = parsed.ok && (await verifyRecord(crypto, parsed.value)) ? await openBody(crypto, parsed.value, aead) : null;
        return parsed.ok && payload?.ok ? { ...parsed.value, ops: payload.value.ops } : null;
      }));
      for (const record of opened) {
        const claims = record && readTextClaims(record.header.writer, record.ops);
        if (!record || !claims || !clocks.take(claims)) throw new Error('a record does not open');
        graph.apply({ key: toBase64url(record.id), writer: record.header.writer, seq: record.header.seq, ops: record.ops });
      }
    }
    return graph;
  }

  /** The graph part of the device's own snapshot, sealed under the key of its vault. */
  async function snapshot(graph: FragmentGraph): Promise<{ nonce: Bytes; ct: Bytes }> {
    const out = new ImageWriter();
    for (const _ of writeGraph(out, graph));
    const nonce = bytes(12);
    return { nonce, ct: await crypto.seal(vault, nonce, out.take(), acl) };
  }

  async function openSnapshot({ nonce, ct }: { nonce: Bytes; ct: Bytes }): Promise<FragmentGraph> {
    const plain = await crypto.open(vault, nonce, ct, acl);
    if (plain === null) throw new Error('the snapshot does not open');
    const graph = new FragmentGraph();
    for (const _ of readGraph(new ImageReader(plain), graph));
    return graph;
  }

  return { client: yjsClientId(signer.pub, salt), records, seal, open, snapshot, openSnapshot, updatesOf };
}
