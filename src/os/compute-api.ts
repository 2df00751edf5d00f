/** Work that devices do for each other: what a page asks of its kernel, and what it is told. */
import type { SpaceId } from './api.ts';

/** Kinds of work there are. */
export type ComputeKind = 'plan' | 'actor' | 'agent' | 'layout' | 'embed';

/** Is it one of them? */
export const isComputeKind = (kind: string): kind is ComputeKind => kind in NO_CONSENT.kinds;

/** Kinds that read what is the person's alone: asked in the Personal space, done by own devices only. */
export const PRIVATE_KINDS: readonly ComputeKind[] = ['agent', 'embed'];

/** Kinds that came later: who had switched on before is not taken to have said yes to them. */
export const LATER_KINDS: readonly ComputeKind[] = ['layout', 'embed'];

/** What this device may be used for: a record of its own, off until a person turns it on. Nothing is worked on for others without it. */
export interface ComputeConsent {
  readonly on: boolean;
  /** Of the time of one processor, in a hundred. */
  readonly share: number;
  /** Only while the device is on mains power, where the browser tells. Without it on battery as well, down to a charge (`COMPUTE_LIMITS.chargePercent`). */
  readonly mains: boolean;
  /** Also while the page is hidden. */
  readonly hidden: boolean;
  /** Also while the browser says that the processor has much to do. */
  readonly busy: boolean;
  /** Hours of the day, [from, to), local; null: all. */
  readonly hours: readonly [number, number] | null;
  readonly kinds: Readonly<Record<ComputeKind, boolean>>;
  /** Names of the actors that may run here, each allowed by itself; none at first. */
  readonly actors: readonly string[];
  /** What the file of each was called when it was allowed: for showing only, a file may be called anything. */
  readonly called: Readonly<Record<string, string>>;
}

/** What a person changes of it; all else stays as it is kept. Names of actors come and go one by one, so that nothing an older view shows comes back. */
export interface ConsentChange extends Partial<Omit<ComputeConsent, 'kinds' | 'actors' | 'called'>> {
  readonly kinds?: Partial<ComputeConsent['kinds']>;
  readonly allow?: { readonly actor: string; readonly called: string };
  readonly forbid?: string;
}

export const NO_CONSENT: ComputeConsent = { on: false, share: 25, mains: true, hidden: false, busy: false, hours: null, kinds: { plan: true, actor: true, agent: true, layout: true, embed: true }, actors: [], called: {} };

/** A run that the page of this kernel is to do. */
export interface ComputeJob {
  /** Where the work is of. */
  readonly space: SpaceId;
  readonly id: string;
  readonly kind: ComputeKind;
  readonly input: Uint8Array;
  /** For this device's own person; else for another device. */
  readonly own: boolean;
  /** No longer than that, ms. */
  readonly ms: number;
}

/** What the page is told while it watches. */
export type ComputeEvent = { readonly type: 'job'; readonly job: ComputeJob } | { readonly type: 'stop'; readonly id: string } | { readonly type: 'changed' };

/** Work that is done here for another device. */
export interface ComputeHelp {
  readonly space: SpaceId;
  readonly device: string;
  readonly uid: string | null;
  readonly kind: ComputeKind;
  readonly since: number;
}

/** One line of the ledger: work that was done here for others. */
export interface ComputeLine extends ComputeHelp {
  readonly ms: number;
  readonly how: 'done' | 'stopped' | 'failed';
}

/** A job of this device. */
export interface ComputeAsked {
  readonly id: string;
  readonly space: SpaceId;
  readonly kind: ComputeKind;
  readonly since: number;
  readonly pieces: number;
  /** Of these decided; when it is over, those that have an answer: none when nothing came of it. */
  readonly decided: number;
  /** Runs handed out, and known answers among them. */
  readonly runs: number;
  readonly canaries: number;
  /** Runs that this device did itself, tests among them, and the time they took, ms. */
  readonly own: number;
  readonly ownMs: number;
  /** From its beginning to its end, or to now, ms. */
  readonly ms: number;
  /** Pieces whose answer came from elsewhere, and those of them that more than one device said alike; counted when it is over. */
  readonly elsewhere: number;
  readonly agreed: number;
  /** Why nothing of it goes on now: `urgent`, a more urgent job of this device goes first. Null: it goes on, or is over. */
  readonly waits: 'urgent' | null;
  readonly over: boolean;
}

/** A device that worked, or offers to, as this one knows it. */
export interface ComputeWorker {
  readonly device: string;
  readonly uid: string | null;
  readonly offers: boolean;
  /** What it says it takes on now. */
  readonly takes: readonly ComputeKind[];
  readonly running: number;
  readonly passed: number;
  readonly runs: number;
  readonly state: 'own' | 'new' | 'trusted' | 'out';
}

/** Why a device is shut out here. */
export interface ComputeProof {
  readonly device: string;
  readonly at: number;
  /** Of an actor: it counts for work of that actor alone. */
  readonly kind: ComputeKind;
  readonly said: string;
  readonly right: string;
  /** The right answer was known here; else so many others said it. */
  readonly known: boolean;
  readonly by: number;
}

/** What ended in one minute. */
export interface ComputeMinute {
  /** Its beginning, ms. */
  readonly at: number;
  /** Time this device computed for others and for its own person, ms. */
  readonly forOthers: number;
  readonly forSelf: number;
  /** Runs done here for others, and answers others gave to this device. */
  readonly done: number;
  readonly answers: number;
}

export interface ComputeView {
  readonly consent: ComputeConsent;
  readonly helping: readonly ComputeHelp[];
  readonly ledger: readonly ComputeLine[];
  readonly asked: readonly ComputeAsked[];
  readonly workers: readonly ComputeWorker[];
  readonly proofs: readonly ComputeProof[];
  /** The last half hour of this run, the oldest first; minutes in which nothing ended are left out. */
  readonly minutes: readonly ComputeMinute[];
}

/** Results in the order of the pieces, and who computed what. */
export interface ComputeOutcome {
  readonly results: readonly { /** Null: the actor gives none to this piece, here either. */ readonly bytes: Uint8Array | null; /** Devices whose answers agreed; empty: this device itself. */ readonly by: readonly string[] }[];
  readonly runs: number;
  readonly canaries: number;
}

/** What a page does with work; `network.act` is the same idea. */
export type ComputeAct =
  | { readonly do: 'state' }
  /** One after another. What is narrower counts at once, whatever the disk says; what is wider when it is kept. */
  | { readonly do: 'consent'; readonly change: ConsentChange }
  /** This page does runs: so many more for others now. 0: none, and those that run for others end. `actors` false: it cannot hold any, so no actor is among them. */
  | { readonly do: 'offer'; readonly free: number; readonly actors?: boolean }
  /** A run for others waited until its lane had rested, and begins now: from now on it is counted. */
  | { readonly do: 'begun'; readonly id: string }
  /** It gave way to who uses the device and waits again: until it begins anew nothing is counted. */
  | { readonly do: 'waits'; readonly id: string }
  /** `cannot`: this page could not do it, which says nothing of the work; without it null says that there is no answer. */
  | { readonly do: 'answer'; readonly id: string; readonly result: Uint8Array | null; readonly cannot?: boolean }
  /** Has pieces done, by devices that are in the space and help, or here. `probes`: pieces like them that may be given out as tests. `priority`: the higher goes first, 0 where it is not said. `id`: what it is called by `cancel`, and among `asked`; one is made where it is not said. */
  | { readonly do: 'run'; readonly space: SpaceId; readonly kind: ComputeKind; readonly pieces: readonly Uint8Array[]; readonly probes: readonly Uint8Array[]; readonly ms: number; readonly priority?: number; readonly id?: string }
  /** Gives a job of this device up: what is out is called back, its `run` rejects with `cancelled`. One that is over, or unknown, is none of its business. */
  | { readonly do: 'cancel'; readonly id: string };

export type ComputeAnswer<A extends ComputeAct> = A extends { readonly do: 'state' } ? ComputeView : A extends { readonly do: 'run' } ? ComputeOutcome : void;

export interface ComputeApi {
  /** Rejects with `no-space`, `bad-value`, `too-large`, `busy`, `cancelled`, `no-identity`. */
  act<A extends ComputeAct>(act: A): Promise<ComputeAnswer<A>>;
  watch(on: (event: ComputeEvent) => void): () => void;
}
