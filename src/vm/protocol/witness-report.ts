/** What a person may take along about a beacon: a file with its own signed words, which proves a lie by itself or says that it proves none (docs/PROTOCOL.md §13). */
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import type { CryptoPort } from '#ports/crypto';
import { parseWitness, provesLie, verifyWitness, type Witness } from './witness.ts';

export const REPORT_FORMAT = 'lgos/beacon-report/1';

/** The file, as JSON. */
export interface WitnessReport {
  readonly format: typeof REPORT_FORMAT;
  readonly space: string;
  /** Its device key. */
  readonly beacon: string;
  /** What the space calls it. */
  readonly name: string;
  /** Do the witnesses prove that it told two different things? */
  readonly proves: boolean;
  /** How it stands on the device that made the file, since when, and until when it proved what it has, ms. That is this device's word and no proof. */
  readonly seen: { readonly state: string; readonly since: number | null; readonly checkedAt: number | null; readonly at: number };
  readonly witnesses: readonly string[];
}

/** Text of the file. */
export function encodeReport(input: { readonly space: Bytes; readonly ds: Bytes; readonly name: string; readonly seen: WitnessReport['seen']; readonly witnesses: readonly Witness[]; readonly proves: boolean }): string {
  const { space, ds, name, seen, witnesses, proves } = input;
  const report: WitnessReport = { format: REPORT_FORMAT, space: toBase64url(space), beacon: toBase64url(ds), name, proves, seen, witnesses: witnesses.map(({ bytes }) => toBase64url(bytes)) };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What a file comes to when it is looked at: proven · seen: all of it is signed by the beacon, and no lie is shown by it · bad: it is none, or something in it is not signed so. */
export type ReportVerdict = { readonly verdict: 'proven' | 'seen'; readonly beacon: Bytes; readonly name: string; readonly witnesses: readonly Witness[] } | { readonly verdict: 'bad' };

/** More than a window of a log: nobody's file. */
const MOST = 1_024;

/** Looks at a file that somebody brought. */
export async function judgeReport(crypto: CryptoPort, text: string): Promise<ReportVerdict> {
  const read = readReport(text);
  if (read === null) return { verdict: 'bad' };
  const { space, beacon, name, witnesses } = read;
  for (const w of witnesses) if (toBase64url(w.ds) !== toBase64url(beacon) || !(await verifyWitness(crypto, space, w))) return { verdict: 'bad' };
  // The order in a file is its maker's: any two or three that show it will do.
  const pairs = witnesses.some((a) => witnesses.some((b) => a !== b && provesLie([a, b])));
  const threes = pairs || witnesses.length > 16 ? pairs : witnesses.some((a) => witnesses.some((b) => witnesses.some((c) => provesLie([a, b, c]))));
  return { verdict: threes ? 'proven' : 'seen', beacon, name, witnesses };
}

function readReport(text: string): { space: Bytes; beacon: Bytes; name: string; witnesses: Witness[] } | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { format, space, beacon, name, witnesses } = value as Partial<Record<keyof WitnessReport, unknown>>;
  if (format !== REPORT_FORMAT || typeof space !== 'string' || typeof beacon !== 'string' || typeof name !== 'string' || !Array.isArray(witnesses) || witnesses.length > MOST) return null;
  const [id, ds] = [fromBase64url(space), fromBase64url(beacon)];
  if (id?.length !== 32 || ds?.length !== 32) return null;
  const list = witnesses.map((one) => (typeof one === 'string' ? fromBase64url(one) : null)).map((bytes) => bytes && parseWitness(id, bytes));
  return list.includes(null) ? null : { space: id, beacon: ds, name, witnesses: list as Witness[] };
}
