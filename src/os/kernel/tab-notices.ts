/** Notices between the tabs of one profile: names and sealed bytes only (FORMATS 8, One kernel and one slot per tab). */
import type { Bytes } from '#base/bytes';
import type { AckRow } from './copies.ts';
import { askOwnHeads, loadSpaces, onOwnHeads, scanStore, type OwnHeads } from './load.ts';
import type { PairAct, PairingView } from '#os/devices-api';
import type { ConsentChange } from '#os/compute-api';
import type { NetNotice } from '#os/net-acts-api';
import type { KernelParts } from './kernel.ts';
import type { Kernel } from './state.ts';

/** A file was asked for (`want`: `space/id`), given up or came; a write was refused for want of room; one is used, and that could not be written. */
export interface FilesNotice {
  readonly t: 'files';
  readonly press?: true;
  readonly used?: string;
  readonly want?: string;
}

type Notice =
  | { t: 'commit'; arrival: number }
  | { t: 'eph'; space: string; bytes: Bytes; out?: true }
  | { t: 'acks'; rows: AckRow[] }
  /** offsetMs: mesh time against the device's clock as the leader's links say; null while none has voted. */
  | { t: 'network'; network: Kernel['network']; offsetMs: number | null }
  /** A tab without links asks what they hold of its slot, before its first seal; the answer names it by its boot. */
  | { t: 'own-ask'; space: Bytes; writer: Bytes; no: number; from: string } | { t: 'own-heads'; no: number; to: string; heads: OwnHeads }
  | { t: 'joins' } | { t: 'ask'; space: string; uid: string } | { t: 'profile' } | { t: 'servers' } | { t: 'paused'; paused: boolean } | { t: 'wake' }
  /** A tab without links asks the one with them; the state goes to all. */
  | { t: 'pair'; act: PairAct } | { t: 'paired'; view: PairingView }
  /** An act on the network that the tab with the links does, and how it stands there. */
  | { t: 'net'; act: NetNotice }
  /** A fragment stands on a baseline now; rows were written anew into one without what it covers. */
  | { t: 'base'; space: string; fragment: string } | { t: 'moved'; arrival: number; gone: readonly number[] }
  | FilesNotice
  /** What this device may be used for changed, and changes of it that are not kept yet. */
  | { t: 'compute'; unkept?: readonly ConsentChange[] }
  /** All tabs start anew, and ask for the passphrase where there is one. */
  | { t: 'lock' } | { t: 'idle'; minutes: number };

/** Name of the leader's vote about mesh time. */
export const LEADER = 'leader';

export function postNotice(kernel: Kernel, notice: Notice): void {
  kernel.deps.tabs.post(notice);
}

/** Acts on what the other tabs say. */
export function listenToTabs(parts: KernelParts): void {
  const { kernel } = parts;
  const guarded = (where: string, work: Promise<unknown>): void => void work.catch((error: unknown) => kernel.fault(where, error));
  kernel.deps.tabs.onNotice = (data) => {
    const notice = data as Notice;
    switch (notice.t) {
      case 'commit': return guarded('tab', parts.ingest.exclusive(() => followOthers(kernel)));
      case 'eph': return onEphemeral(parts, notice);
      case 'acks': return parts.acks.learn(notice.rows);
      case 'network':
        if (kernel.leader) return;
        // A tab of an older build tells less.
        kernel.network = { ...kernel.network, ...notice.network };
        // The tabs of a device share its clock: the leader's word decides here.
        if (notice.offsetMs !== null) kernel.time.vote(LEADER, 'server', notice.offsetMs);
        return kernel.emit({ type: 'network' });
      case 'own-ask':
        if (!kernel.replication) return;
        return guarded('own-heads', askOwnHeads(kernel, notice.space, notice.writer).then((heads) => postNotice(kernel, { t: 'own-heads', no: notice.no, to: notice.from, heads })));
      case 'own-heads': return notice.to === kernel.boot ? onOwnHeads(kernel, notice.no, notice.heads) : undefined;
      case 'joins': return guarded('joins', parts.joins.load().then(() => kernel.replication?.refresh()));
      case 'ask': return guarded('joins', parts.joins.reload(notice.space, notice.uid));
      case 'profile': return guarded('profile', parts.open().then(() => parts.link()));
      case 'servers': return guarded('servers', parts.servers.load());
      case 'paused': return parts.setPaused(notice.paused);
      case 'net': return guarded('net', parts.net(notice.act));
      case 'files': return parts.files?.heard(notice);
      case 'compute': return guarded('compute', parts.compute.heard(notice.unkept));
      case 'base': return guarded('baseline', parts.ingest.exclusive(async () => (await import('./baselines.ts')).followBase(parts, notice.space, notice.fragment)));
      case 'moved': return guarded('baseline', parts.ingest.exclusive(() => followMoved(kernel, notice.arrival, notice.gone)));
      case 'lock': return kernel.emit({ type: 'locked' });
      case 'idle': return void (kernel.lock &&= { idleMinutes: notice.minutes });
      case 'wake': return kernel.replication?.redial();
      case 'pair': return kernel.leader ? guarded('pairing', parts.pair(notice.act)) : undefined;
      case 'paired':
        kernel.pairSeen = notice.view;
        return kernel.emit({ type: 'members' });
    }
  };
}

/** Where records lie now that another tab wrote their rows anew. */
async function followMoved(kernel: Kernel, arrival: number, gone: readonly number[]): Promise<void> {
  const [segment] = await kernel.store.segments([arrival]);
  kernel.index.moved(new Set(gone), segment ?? { arrival, origin: '', records: [], trusted: true });
}

function onEphemeral({ kernel, presence }: KernelParts, notice: Extract<Notice, { t: 'eph' }>): void {
  const space = kernel.spaces.get(notice.space);
  if (!space) return;
  if (notice.out) kernel.replication?.sendEphemeral(space.id, notice.bytes);
  void presence.receive(space, notice.bytes).catch((error: unknown) => kernel.fault('ephemeral', error));
}

/** What other tabs committed, and for the leader: what they wrote goes out. */
export async function followOthers(kernel: Kernel): Promise<void> {
  // Somebody is made in the other tab right now: all of it is read when this tab knows who.
  if (!kernel.profile) return;
  await loadSpaces(kernel);
  const written = await scanStore(kernel, 'remote');
  if (kernel.replication && written.length > 0) kernel.replication.publish(written);
}
