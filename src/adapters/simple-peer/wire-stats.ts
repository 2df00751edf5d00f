/** Payload bytes, round trip and kinds of the selected candidates out of RTCPeerConnection.getStats(). */
import type { WireStats } from '#ports/wire';

type Report = Readonly<Record<string, unknown>>;

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** Statistics of the reports; bytes are those of the data channels, not of the transport. */
export function readWireStats(reports: Iterable<Report>): WireStats {
  const byId = new Map<unknown, Report>();
  const out: WireStats = { bytesIn: 0, bytesOut: 0, rttMs: null, pair: null };
  let selected: unknown = null;
  for (const report of reports) {
    byId.set(report['id'], report);
    if (report['type'] === 'data-channel') {
      out.bytesIn += number(report['bytesReceived']) ?? 0;
      out.bytesOut += number(report['bytesSent']) ?? 0;
    } else if (report['type'] === 'transport' && report['selectedCandidatePairId']) selected = report['selectedCandidatePairId'];
    else if (report['type'] === 'candidate-pair' && report['selected'] === true && selected === null) selected = report['id'];
  }
  const pair = byId.get(selected);
  if (!pair) return out;
  const rtt = number(pair['currentRoundTripTime']);
  out.rttMs = rtt === null ? null : rtt * 1000;
  const local = byId.get(pair['localCandidateId'])?.['candidateType'];
  const remote = byId.get(pair['remoteCandidateId'])?.['candidateType'];
  if (typeof local === 'string' && typeof remote === 'string') out.pair = `${local}/${remote}`;
  return out;
}
