/**
 * A random acl graph as plain values: persons, devices and slots by number, records by name. It can be written as JSON, thinned out record by record,
 * turned into what the production rights take (compile.ts) and judged by the plain reading of the rules (oracle.ts).
 */

/** `person.device` and `person.device.slot`. */
export type Dev = string;
export type Writer = string;
/** Names a record of the graph; its id follows from it, so it survives when others are taken out. */
export type Name = number;
/** Writer → last data record trusted, by its n and name. */
export type SpecCuts = Readonly<Record<Writer, readonly [n: number, data: Name]>>;
/** Signer of a statement: a device of the person, or −1 − k for its recovery key no. k. */
export type Signer = number;

export type SpecStatement =
  | { readonly t: 'inception'; readonly p: number }
  | { readonly t: 'add'; readonly p: number; readonly d: number; readonly by: Signer; readonly nbf: number }
  | { readonly t: 'drop'; readonly p: number; readonly d: number; readonly by: Signer }
  | { readonly t: 'recovery'; readonly p: number; readonly k: number; readonly by: Signer };

export interface SpecRights {
  readonly role: number;
  readonly scope: readonly (readonly [fragment: number, bits: number])[] | null;
  readonly exp: number | null;
  readonly del: boolean;
  readonly max: number;
}

/** What vouchers of a plan may open. */
export interface SpecPlan extends Pick<SpecRights, 'role' | 'scope'> {
  readonly id: number;
  readonly ms: number;
}

/** The least role that writes messages in a fragment; null: no rule of its own (RIGHT27). */
export type SpecThing = readonly [fragment: number, least: number | null];

/** A type and the kinds of its properties (RIGHT42); null: no shape. */
export type SpecShape = readonly [type: number, kinds: Readonly<Record<string, string>> | null];

/** What newcomers read: from their coming on, or all; `odd`: a value that says nothing. */
export type SpecHistory = 'joining' | 'all' | 'odd';

/** Is what was before in the fragment open to them (KEY10)? `odd`: a value that says nothing. */
export type SpecPast = readonly [fragment: number, open: boolean | 'odd'];

/** `twin` and `skips` prove a fork, the others nothing. */
export type SpecProof = 'twin' | 'skips' | 'follows' | 'far' | 'same' | 'space' | 'writer';

export type SpecOp =
  | SpecStatement
  | { readonly t: 'create'; readonly owner: number }
  | ({ readonly t: 'grant'; readonly to: number; readonly nbf?: number } & SpecRights)
  /** `foreign`: of another space. */
  | { readonly t: 'voucher'; readonly p: number; readonly plan: number; readonly issuer: number; readonly nbf: number; readonly exp: number; readonly foreign: boolean }
  | { readonly t: 'revoke'; readonly to: number; readonly cuts: SpecCuts }
  /** Cuts of a device that the same record drops (RIGHT16). */
  | { readonly t: 'cut'; readonly device: Dev; readonly cuts: SpecCuts }
  | { readonly t: 'withdraw'; readonly invite: Name }
  /** `key`: the device whose key it has; left out: one of nobody. */
  | { readonly t: 'invite'; readonly role: number; readonly uses: number; readonly key?: Dev }
  | { readonly t: 'accept'; readonly invite: Name; readonly p: number }
  | { readonly t: 'rotate'; readonly epoch: number; readonly to: readonly Dev[]; readonly prev: number | null }
  /** `fragment`: the key of that fragment in the epoch, not of the epoch. */
  | { readonly t: 'share'; readonly epoch: number; readonly fragment?: number; readonly to: readonly Dev[] }
  | { readonly t: 'retire' | 'resolve'; readonly writer: Writer; readonly keep: readonly Name[] }
  | { readonly t: 'extend'; readonly revoke: Name; readonly cuts: SpecCuts }
  | { readonly t: 'adopt'; readonly data: readonly Name[] }
  /** Closes the history of a fragment (RIGHT40). */
  | { readonly t: 'baseline'; readonly fragment: number }
  | { readonly t: 'verdict'; readonly baseline: Name; readonly right: boolean }
  /** Two stubs of a writer, at n and in some way beside it (RIGHT17). */
  | { readonly t: 'proof'; readonly writer: Writer; readonly n: number; readonly how: SpecProof }
  /** Settings of the space, each as it was before when it is left out; with none, all are taken out. `invite`: least role that lets in; null or no role: none is set. */
  | { readonly t: 'policy'; readonly value?: number; readonly invite?: number | null; readonly issuers?: readonly number[]; readonly plans?: readonly SpecPlan[]; readonly on?: readonly SpecThing[]; readonly shapes?: readonly SpecShape[]; readonly history?: SpecHistory; readonly pasts?: readonly SpecPast[]; readonly min?: number };

export interface SpecRecord {
  readonly name: Name;
  readonly writer: Writer;
  readonly seq: number;
  readonly prev: Name | null;
  readonly acl: readonly Name[];
  /** Null: the payload is malformed. */
  readonly ops: readonly SpecOp[] | null;
  /** Made by a kernel that keeps the rules, at all heads it held. */
  readonly honest: boolean;
}

/** What the data record does, by its name: says something new or answers, under an id of its own, or changes another's thing, which no rule of a graph binds. */
export const doesOf = ({ name }: Pick<SpecData, 'name'>): 'says' | 'answers' | 'changes' => (['says', 'answers', 'changes'] as const)[name % 3]!;

/** A data record. `first` and `prev`: acl heads of the first and of the former record of its log. */
export interface SpecData {
  readonly name: Name;
  readonly writer: Writer;
  readonly n: number;
  readonly fragment: number;
  readonly acl: readonly Name[];
  readonly first: readonly Name[];
  readonly prev: readonly Name[] | null;
  readonly honest: boolean;
}

/** Records stand behind what they name. */
export interface SpecGraph {
  readonly seed: number;
  readonly people: number;
  readonly records: readonly SpecRecord[];
  readonly data: readonly SpecData[];
}

export const OWNER = 4;
export const ADMIN = 3;
export const MEMBER = 2;
export const GUEST = 1;
/** The genesis is always the first record, by slot 0.0.0. */
export const GENESIS: Name = 0;

/** Stands for `root`, where a fragment is named. */
export const ROOT_FRAGMENT = 4;
/** Persons from here on are public links. */
export const FIRST_LINK = 8;

export const personOf = (of: Dev | Writer): number => Number(of[0]);
export const deviceNo = (of: Dev | Writer): number => Number(of[2]);
export const deviceOf = (of: Dev | Writer): Dev => of.slice(0, 3);

/** Is the operation an identity statement? */
export function isStatement(op: SpecOp): op is SpecStatement {
  return op.t === 'inception' || op.t === 'add' || op.t === 'drop' || op.t === 'recovery';
}
