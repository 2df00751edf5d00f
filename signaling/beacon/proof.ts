/** `npm run beacon -- proof FILE [address]`: what a file about a beacon that a member saved comes to. Needs no beacon and no network. */
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { equalBytes, toBase64url } from '#base/bytes';
import { decodeBeaconLink } from '#vm/protocol/beacon-link';
import { judgeReport } from '#vm/protocol/witness-report';

/** The exit code: 0 it proves a lie, 2 it is genuine and proves none, 1 it is no such file or of another beacon. */
export async function proofCommand(file: string | undefined, address: string | undefined, print: (line: string) => void, complain: (line: string) => void): Promise<number> {
  if (file === undefined) {
    complain('Name the file: npm run beacon -- proof FILE [address of the beacon]');
    return 1;
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
  const judged = await judgeReport(createWebCrypto(webcrypto.subtle as SubtleCrypto), text);
  if (judged.verdict === 'bad') {
    complain('This is no file about a beacon, or something in it is not signed by that beacon.');
    return 1;
  }
  const link = address === undefined ? null : decodeBeaconLink(address);
  if (link !== null && !(link.ok && equalBytes(link.value.inception.body.ds, judged.beacon))) {
    complain('The file is about another beacon than this address names.');
    return 1;
  }
  const who = `${judged.name} (${toBase64url(judged.beacon)})`;
  for (const { seq, ms, heads } of judged.witnesses) print(`${new Date(ms).toISOString()}  no. ${seq}, ${heads.length} heads`);
  if (judged.verdict === 'proven') {
    print(`Proven: with the key of ${who} two different things were said. The beacon lies, or two machines use its key, or its disk was set back.`);
    return 0;
  }
  print(`Genuine, and no proof: all of it is signed by ${who}, and nothing in it contradicts itself.`);
  return 2;
}
