/** What tests of large files need: files made and hashed piece by piece, what a browser takes of memory, and a raw data channel beside ours. */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { processTree } from './peer.ts';

export const MIB = 1_048_576;

/** Head of a sound of noise: 44,100 pairs of samples of 16 bits a second, as many as the file has room for. */
function wavHead(bytes: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(bytes - 8, 4);
  head.write('WAVEfmt ', 8);
  for (const [at, value] of [[16, 16], [24, 44_100], [28, 176_400], [40, bytes - 44]] as const) head.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 2], [32, 4], [34, 16]] as const) head.writeUInt16LE(value, at);
  head.write('data', 36);
  return head;
}

/** A file of so many MiB that no compression makes smaller, of noise to be heard if it is to be a sound; its SHA-256. */
export async function bigFile(path: string, mib: number, sound = false): Promise<string> {
  const [hash, to, piece] = [createHash('sha256'), await open(path, 'w'), Buffer.alloc(MIB)];
  for (let at = 0; at < mib; at++) {
    randomFillSync(piece);
    if (sound && at === 0) wavHead(mib * MIB).copy(piece);
    hash.update(piece);
    await to.write(piece);
  }
  await to.close();
  return hash.digest('hex');
}

/** SHA-256 of a file on the disk. */
export async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** Between two looks at the memory: each reads a hundred small files, on the cores of what is measured. */
const LOOK_MS = 500;

/** Resident memory of all processes of a browser, bytes; pages that several of them share count in each. */
function residentOf(pid: number): number {
  let sum = 0;
  for (const one of processTree(pid)) {
    try {
      sum += 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Looks at the memory of browsers until it is asked: by how much each grew at most, bytes. */
export function watchMemory(pids: readonly number[]): () => number[] {
  const before = pids.map(residentOf);
  const most = [...before];
  const look = (): void => pids.forEach((pid, at) => (most[at] = Math.max(most[at]!, residentOf(pid))));
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    look();
    return most.map((bytes, at) => bytes - before[at]!);
  };
}

interface RawEnd {
  raw: RTCPeerConnection;
  rawDone: Promise<number>;
}

/** MiB a second of a data channel between two pages that carries nothing but bytes: first sent to last taken. */
export async function rawThroughput(from: Page, to: Page, mib: number): Promise<number> {
  const offer = await from.evaluate(async (bytes) => {
    const raw = new RTCPeerConnection();
    const channel = raw.createDataChannel('raw');
    const part = crypto.getRandomValues(new Uint8Array(60_000));
    channel.bufferedAmountLowThreshold = 65_536;
    let left = bytes;
    const go = (): void => {
      for (; left > 0 && channel.bufferedAmount < 1_048_576; left -= part.length) channel.send(part);
    };
    channel.onopen = channel.onbufferedamountlow = go;
    Object.assign(globalThis, { raw });
    await raw.setLocalDescription();
    if (raw.iceGatheringState !== 'complete') await new Promise<void>((done) => (raw.onicegatheringstatechange = () => raw.iceGatheringState === 'complete' && done()));
    return raw.localDescription!.sdp;
  }, mib * MIB);
  const answer = await to.evaluate(async ([sdp, bytes]) => {
    const raw = new RTCPeerConnection();
    const rawDone = new Promise<number>((done) => (raw.ondatachannel = ({ channel }) => {
      let [first, got] = [0, 0];
      channel.binaryType = 'arraybuffer';
      channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        first ||= performance.now();
        if ((got += data.byteLength) >= bytes) done(got / 1_048_576 / ((performance.now() - first) / 1000));
      };
    }));
    Object.assign(globalThis, { raw, rawDone });
    await raw.setRemoteDescription({ type: 'offer', sdp });
    await raw.setLocalDescription();
    if (raw.iceGatheringState !== 'complete') await new Promise<void>((done) => (raw.onicegatheringstatechange = () => raw.iceGatheringState === 'complete' && done()));
    return raw.localDescription!.sdp;
  }, [offer, mib * MIB] as const);
  await from.evaluate((sdp) => (globalThis as unknown as RawEnd).raw.setRemoteDescription({ type: 'answer', sdp }), answer);
  const rate = await to.evaluate(() => (globalThis as unknown as RawEnd).rawDone);
  for (const page of [from, to]) await page.evaluate(() => (globalThis as unknown as RawEnd).raw.close());
  return rate;
}
