/** The limits files, and the limits that stand in them. */

/** Where the caps stand, with the word people know for it. */
export const LIMIT_FILES: readonly (readonly [file: string, title: string])[] = [
  ['src/base/cbor-types.ts', 'CBOR'],
  ['src/vm/limits.ts', 'Protocol, logs, links, sync, guard'],
  ['src/vm/archive-limits.ts', 'Archive'],
  ['src/vm/alarm-limits.ts', 'Alarm'],
  ['src/vm/witness-limits.ts', 'Witnesses of beacons'],
  ['src/vm/key-file-limits.ts', 'Key file'],
  ['src/vm/key-part-limits.ts', 'Parts of the recovery key'],
  ['src/vm/paper-limits.ts', 'Papers'],
  ['src/vm/backup-limits.ts', 'Backup file'],
  ['src/vm/chunk-limits.ts', 'Files'],
  ['src/vm/rpc-limits.ts', 'Calls between peers'],
  ['src/vm/baseline-limits.ts', 'Baselines'],
  ['src/vm/hand-limits.ts', 'Connection by hand'],
  ['src/os/limits.ts', 'Kernel and rights'],
  ['src/os/way-limits.ts', 'Ways of direct links'],
  ['src/os/code-limits.ts', 'Codes of a file'],
  ['src/os/call-limits.ts', 'Signals of calls'],
  ['src/adapters/call-limits.ts', 'Calls'],
  ['src/os/compute-limits.ts', 'Shared work'],
  ['src/os/search-limits.ts', 'Searching on other devices'],
  ['src/os/build-limits.ts', 'Releases from linked devices'],
  ['src/os/actor-limits.ts', 'Actors'],
  ['src/os/model-limits.ts', 'Models'],
  ['src/domain/shared/limits.ts', 'Components'],
  ['src/domain/learn/course/limits.ts', 'Learn'],
  ['src/domain/learn/cards/limits.ts', 'Cards'],
  ['src/domain/learn/anki/limits.ts', 'Decks in files'],
  ['src/adapters/limits.ts', 'Adapters: GUN, IndexedDB, WebRTC, worker RPC'],
  ['signaling/limits.ts', 'Signaling server and relay'],
  ['signaling/beacon/limits.ts', 'Beacon'],
  ['src/ports/signaling-messages.ts', 'Signaling messages (part of the protocol)'],
];

/** One limit. */
export interface Cap {
  /** As tests quote it: LINK.hello, MAX_DEPS. */
  readonly name: string;
  /** As the code says it: LINK_LIMITS.hello, MAX_DEPS. */
  readonly code: string;
  readonly value: string;
  readonly text: string;
}

/** Name of a group in quotes. */
const groupName = (group: string): string => (group === 'LIMITS' ? 'SERVER' : group.replace(/_LIMITS$/, ''));

const PART = /\/\*\*([\s\S]*?)\*\/|^export const (\w+) = \{$|^\s{2}(\w+): ([^\n]*?),$|^export const ([A-Z_]+) = ([^\n]*?[^\n{]);$/gm;

/** Constants of a limits file with the comment above them; names under one comment share it. Constants that are texts are no limits. */
export function capsOf(source: string): Cap[] {
  const caps: Cap[] = [];
  let text = '';
  let group = '';
  for (const part of source.matchAll(PART)) {
    const [, comment, opened, key, value, constant, content] = part;
    if (comment !== undefined) text = comment.replace(/\s*\n\s*\*?\s?/g, ' ').trim();
    else if (opened !== undefined) [group, text] = [opened, ''];
    else {
      const shown = (value ?? content)!.replace(/ as const$/, '').replace(/(?<=\d)_(?=\d)/g, ',');
      const code = key === undefined ? constant! : `${group}.${key}`;
      const name = key === undefined ? constant! : `${groupName(group)}.${key}`;
      if (!shown.startsWith("'")) caps.push({ name, code, value: shown, text: text.replaceAll('|', '\\|') });
      text = '';
    }
  }
  return caps;
}
