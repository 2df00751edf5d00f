/** DTLS fingerprints of a connection: the binding of the link handshake on `rtc` wires (FORMATS 8). */
import { concat, equalBytes, type Bytes } from '#base/bytes';

/** What is read of an RTCPeerConnection. */
export interface Described {
  readonly localDescription: { readonly sdp: string } | null;
  readonly remoteDescription: { readonly sdp: string } | null;
  readonly sctp?: { readonly transport: { getRemoteCertificates?(): ArrayBuffer[] } } | null;
}

/** The SHA-256 fingerprint of an SDP, 32 bytes; null when it has none, another hash, or several that differ. */
export function sdpFingerprint(sdp: string): Bytes | null {
  let found: Bytes | null = null;
  for (const line of sdp.split(/\r?\n/)) {
    if (!/^a=fingerprint:/i.test(line)) continue;
    const match = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i.exec(line);
    if (!match) return null;
    const bytes = Uint8Array.from(match[1]!.split(':'), (hex) => Number.parseInt(hex, 16));
    if (found !== null && !equalBytes(found, bytes)) return null;
    found = bytes;
  }
  return found;
}

/**
 * Fingerprint of the initiator ‖ of the responder, 64 bytes. Null when an SDP names none, or the certificate the engine met on the wire
 * (where it shows it) is not the one the SDP named.
 */
export async function connectionBinding(pc: Described, initiator: boolean, subtle: SubtleCrypto | undefined): Promise<Bytes | null> {
  const local = sdpFingerprint(pc.localDescription?.sdp ?? '');
  const remote = sdpFingerprint(pc.remoteDescription?.sdp ?? '');
  if (local === null || remote === null) return null;
  const certificate = pc.sctp?.transport.getRemoteCertificates?.()[0];
  if (certificate !== undefined && subtle !== undefined) {
    const met = new Uint8Array(await subtle.digest('SHA-256', certificate));
    if (!equalBytes(met, remote)) return null;
  }
  return initiator ? concat(local, remote) : concat(remote, local);
}
