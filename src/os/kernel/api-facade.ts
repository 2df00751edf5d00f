/** The kernel's LifegraphApi: checks arguments, finds the space, calls the part. Everything here runs in the kernel's own thread. */
import { AppError } from '#base/app-error';
import { toBase64url } from '#base/bytes';
import { plainLine } from '#base/plain-text';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import type { AccessApi, Change, Copies, GraphApi, LifegraphApi, Op, Query, SpaceView } from '#os/api';
import { countQuery, runQuery, topsOf } from '#os/graph-manager/query';
import { fromCbor, idBytes, toCbor } from '#os/graph-manager/values';
import { KERNEL_LIMITS } from '#os/limits';
import { peopleIn } from '#os/rights/public-links';
import { FRAGMENT, SPACE_KIND } from '#vm/protocol/types';
import { archiveView } from './archive-setting.ts';
import { PROTOCOL } from './deps.ts';
import { standingRole } from './expiry.ts';
import { readLink } from './joins.ts';
import type { KernelParts } from './kernel.ts';
import { lookUp } from './look-up.ts';
import { ROLE_NAME } from './membership.ts';
import { cameAt, commentsOf, fragmentsOf, inviteViews, letsIn, memberViews } from './member-views.ts';
import { ownScope, tellsItself } from './part-view.ts';
import { introduceSelf } from './persons.ts';
import { backupApi, devicesApi, lockApi, recoveryApi } from './person-facade.ts';
import { checkName } from './profile.ts';
import { rulesOf } from './rules-view.ts';
import { fragmentOf, fragmentOfNode, ROOT_KEY, spaceName } from './spaces.ts';
import type { Kernel, Space } from './state.ts';
import { copiesOfNode, copiesOfPlace, networkStatus } from './status.ts';
import { transact } from './transact.ts';
import { openFromVault, sealInVault } from './vault.ts';

const KIND = { [SPACE_KIND.personal]: 'personal', [SPACE_KIND.team]: 'team', [SPACE_KIND.guild]: 'guild' } as const;

/** What is done on the network by hand and by a person's choice. */
const netActs = () => import('./net-acts.ts');

/** What looks into records: loaded when somebody does. */
const inspector = () => import('./inspect.ts');

/** `opened`: rights and names are read from the store; `ready`: everything is. */
export function createFacade(parts: KernelParts, ready: Promise<void>, opened: Promise<void>): LifegraphApi {
  const { kernel } = parts;
  const spaceOf = (id: string): Space => {
    const space = kernel.spaces.get(id);
    if (!space) throw new AppError('no-space', 'This space is not on this device.', 'Nothing was changed.', 'Check the address, or ask for an invite.');
    return space;
  };
  return {
    version: kernel.deps.version,
    protocol: PROTOCOL,
    ready, opened,
    identity: identityApi(parts),
    spaces: spacesApi(parts, spaceOf),
    access: accessApi(parts, spaceOf),
    reading: readingApi(parts),
    reports: reportsApi(parts, spaceOf),
    papers: async (ask) => (await kernel.loading, (await import('./papers.ts')).papers(kernel, spaceOf, ask)),
    graph: (id) => graphApi(parts, spaceOf, id),
    saved: (leaving) => parts.saved(leaving),
    ...copiesApi(kernel, spaceOf),
    network: {
      status: () => networkStatus(kernel),
      pause: () => parts.setPaused(true),
      resume: () => parts.setPaused(false),
      setServers: async (urls) => (await netActs()).setServers(parts, urls),
      check: async () => (await netActs()).checkNow(kernel),
      act: async (act) => (await netActs()).netAct(parts, act) as never,
      async retry() {
        kernel.replication?.redial();
        kernel.deps.tabs.post({ t: 'wake' });
      },
    },
    diagnostics: async () => new Blob([(await inspector()).diagnosticsText(kernel, Object.fromEntries(allMetrics(parts)), parts.faults)], { type: 'application/json' }),
    metrics: () => Object.fromEntries(allMetrics(parts)),
    on: (listener) => parts.subscribe(listener),
    presence: {
      set(id, fragment, kind) {
        const space = kernel.spaces.get(id);
        if (space) parts.presence.set(space, idBytes(fragment, 16, 'fragment'), kind);
      },
      list: async (id) => parts.presence.list(spaceOf(id)),
    },
    previews: {
      set(id, place, edit) {
        const space = kernel.spaces.get(id);
        if (space) parts.previews.set(space, idBytes(place.fragment, 16, 'fragment'), idBytes(place.node, 16, 'node'), edit);
      },
      list: async (id) => parts.previews.list(spaceOf(id)),
      subscribe: (id, node, on) => parts.previews.subscribe(spaceOf(id), node, on),
    },
    calls: { send: (id, fragment, body) => parts.presence.calls.send(spaceOf(id), idBytes(fragment, 16, 'fragment'), body), subscribe: (on) => parts.presence.calls.subscribe(on) },
    local: localApi(parts),
    log: {
      records: async (id, options) => (await kernel.loading, (await inspector()).listRecords(kernel, spaceOf(id), options)),
      record: async (id, record) => (await kernel.loading, (await inspector()).recordDetail(kernel, spaceOf(id), record)),
    },
    recovery: recoveryApi(parts), backup: backupApi(parts), devices: devicesApi(parts), lock: lockApi(parts),
    supervision: supervisionApi(kernel), compute: parts.compute.api, ...(parts.files ? { files: parts.files.api() } : {}),
    stuck: {
      retry: () => parts.sealer.retryNow(),
      exportUnsaved: async () => new Blob([(await import('./unsaved.ts')).exportUnsaved(kernel)], { type: 'application/json' }),
    },
  };
}

function copiesApi(kernel: Kernel, spaceOf: (id: string) => Space): Pick<LifegraphApi, 'copies' | 'copiesOf' | 'durability'> {
  return {
    copies: async (id) => {
      if (kernel.loading) await kernel.loading;
      return copiesOfNode(kernel, id);
    },
    copiesOf: async (id, fragment): Promise<Copies> => {
      const space = spaceOf(id);
      if (kernel.loading) await there(kernel, space, fragment);
      return copiesOfPlace(kernel, space, fragment === undefined ? null : (space.fragments.get(fragment) ?? null));
    },
    // Asked for seldom: its code comes with the first question.
    async durability(id, of) {
      const space = spaceOf(id);
      if (kernel.loading) await there(kernel, space, of?.fragment);
      return (await import('./durability.ts')).durability(kernel, space, of);
    },
  };
}

/** A kernel that answers runs; the page over it knows the rest. */
function supervisionApi(kernel: Kernel): LifegraphApi['supervision'] {
  return {
    status: () => ({ state: 'running', since: kernel.deps.clock.now(), reason: null, detail: null, runs: 1, nextAt: null, ends: [], waiting: 0, givenUp: 0, faults: 0 }),
    restart: () => Promise.resolve(),
    pipeline: async () => (await inspector()).pipelineView(kernel),
  };
}

function allMetrics(parts: KernelParts): Map<string, number> {
  const { kernel } = parts;
  const out = new Map(parts.metrics);
  for (const [name, value] of Object.entries(kernel.replication?.counters() ?? {})) out.set(name, value);
  let unsaved = 0;
  for (const space of kernel.spaces.values()) for (const fragment of space.fragments.values()) unsaved += fragment.pending.length + fragment.sealing.length;
  out.set('ops.unsaved', unsaved);
  out.set('store.records', kernel.index.size);
  out.set('store.bytes', kernel.index.bytes);
  return out;
}

function identityApi(parts: KernelParts): LifegraphApi['identity'] {
  const { kernel } = parts;
  return {
    get: () => (kernel.profile ? { uid: toBase64url(kernel.profile.uid), device: toBase64url(kernel.profile.ds.pub), name: kernel.profile.name } : null),
    async create({ name }) {
      const profile = await parts.makeIdentity(name);
      return { uid: toBase64url(profile.uid), device: toBase64url(profile.ds.pub) };
    },
    async rename(name) {
      const clean = checkName(name);
      if (kernel.loading) await kernel.loading;
      if (!kernel.profile) throw new AppError('no-identity', 'There is no identity in this browser yet.', 'Nothing was changed.', 'Choose a name first.');
      kernel.profile = { ...kernel.profile, name: clean };
      await kernel.store.commit({ origin: kernel.boot, records: [], values: [['id/profile', kernel.profile]] });
      for (const space of kernel.spaces.values()) await introduceSelf(parts, space);
    },
  };
}

/** Its code comes to a tab that reads by a public link. */
function readingApi(parts: KernelParts): LifegraphApi['reading'] {
  return {
    open: async (link) => (await parts.kernel.loading, (await import('./reading.ts')).openReading(parts, link)),
    status: async () => (await import('./reading.ts')).readingView(parts.kernel),
  };
}

/** What few people do: its code is loaded when it is asked for. */
function accessApi(parts: KernelParts, spaceOf: (id: string) => Space): LifegraphApi['access'] {
  let loading: Promise<LifegraphApi['access']> | null = null;
  const api = (): Promise<LifegraphApi['access']> => (loading ??= parts.kernel.deps.loadAccess().then((part) => part.accessApi(parts, spaceOf), (error: unknown) => {
    loading = null;
    throw error;
  }));
  const acts: Readonly<Record<keyof AccessApi, true>> = {
    choices: true, remove: true, setRole: true, setUntil: true, setScope: true, setDelegate: true, letBackIn: true, setRules: true, plans: true, setPlans: true, redeem: true, ending: true, journal: true,
    setAside: true, adopt: true, moveOut: true, moveBack: true, copy: true, publicLinks: true, makePublicLink: true, revokePublicLink: true, beacons: true, beaconReport: true, history: true,
  };
  // Each as the part has it, once it is here.
  const lazy = (name: keyof AccessApi) => async (...args: never[]) => ((await api())[name] as (...given: never[]) => Promise<unknown>)(...args);
  return Object.fromEntries(Object.keys(acts).map((name) => [name, lazy(name as keyof AccessApi)])) as unknown as AccessApi;
}

/** Asked for seldom: its code comes with the first question. */
function reportsApi(parts: KernelParts, spaceOf: (id: string) => Space): LifegraphApi['reports'] {
  const load = async (): Promise<LifegraphApi['reports']> => (await import('./reports.ts')).reportsApi(parts, spaceOf);
  return {
    send: async (space, report) => (await load()).send(space, report),
    list: async (space) => (await load()).list(space),
    decide: async (space, report, state) => (await load()).decide(space, report, state),
  };
}

function spacesApi(parts: KernelParts, spaceOf: (id: string) => Space): LifegraphApi['spaces'] {
  const { kernel, sealer, joins } = parts;
  return {
    async create({ name, kind }) {
      if (kernel.loading) await kernel.loading;
      if (kernel.spaces.size >= KERNEL_LIMITS.spaces) throw new AppError('too-many', 'This device has too many spaces.', 'Nothing was changed.', 'Leave one first.');
      return (await (await import('./create-space.ts')).createSpace(parts, { name, kind: kind ?? 'team', channel: 'general' })).key;
    },
    list: async () => [...kernel.spaces.values()].filter((space) => space.standing !== 'left' && !parts.joins.refused(space)).map((space) => spaceView(parts, space)),
    async invite(id, options = {}) {
      if (kernel.loading) await kernel.loading;
      const { createInvite } = await import('./membership-acts.ts');
      const link = await createInvite(kernel, sealer, spaceOf(id), options, '');
      // Who comes by it cannot read the directory.
      if (options.scope) (await import('./part-tell.ts')).tellAbout(parts, spaceOf(id), options.scope);
      return link;
    },
    async join(link, { words } = {}) {
      if (kernel.loading) await kernel.loading;
      const space = await joins.start(link, checkWords(words));
      return { space: toBase64url(space), state: joins.states(link) };
    },
    members: async (id) => memberViews(kernel, spaceOf(id), parts.presence.list(spaceOf(id))),
    leave: async (id) => (await kernel.loading, (await import('./membership-acts.ts')).leaveSpace(kernel, sealer, spaceOf(id))),
    invites: async (id) => inviteViews(kernel, spaceOf(id)),
    revokeInvite: async (id, invite) => (await kernel.loading, (await import('./membership-acts.ts')).revokeInvite(kernel, sealer, spaceOf(id), invite)),
    archive: async (id) => archiveView(kernel, spaceOf(id)),
    setArchive: async (id, urls) => (await kernel.loading, (await import('./archive-acts.ts')).setArchive(kernel, sealer, spaceOf(id), urls)),
    waiting: async (id) => [...joins.waiting(id)],
    approve: async (id, uid, role) => (await kernel.loading, joins.approve(spaceOf(id), uid, role)),
    decline: async (id, uid, words) => (await kernel.loading, joins.decline(spaceOf(id), uid, words === null ? null : checkWords(words))),
    request: async (id) => joins.own(id),
    withdraw: async (id) => (await kernel.loading, joins.withdraw(spaceOf(id))),
    async readLink(link) {
      const decoded = readLink(link);
      const id = toBase64url(decoded.space);
      return { space: id, name: plainLine(decoded.hint.name), by: plainLine(decoded.hint.by), role: ROLE_NAME[decoded.hint.role], known: kernel.spaces.get(id)?.standing === 'member', asks: decoded.hint.asks === true, fleeting: decoded.hint.fleeting === true };
    },
  };
}

/** Words of a person to whoever decides, or of that one. */
function checkWords(words: string | undefined): string {
  if (words !== undefined && typeof words !== 'string') throw new AppError('bad-value', 'Words are a text.', 'Nothing was changed.', 'Give a text.');
  return words ?? '';
}

function spaceView(parts: KernelParts, space: Space): SpaceView {
  const { kernel } = parts;
  const view = space.rights.view();
  const role = kernel.profile ? standingRole(kernel, space, kernel.profile.uid) : null;
  return {
    // Of a space that is being joined no more is known than its link claims.
    id: space.key, name: spaceName(space) || (parts.joins.own(space.key)?.name ?? ''), kind: space.standing === 'joining' && view.members.size === 0 ? 'team' : KIND[view.kind], members: peopleIn(view).length, scope: fragmentsOf(ownScope(kernel, space)), comments: commentsOf(kernel.profile && space.rights.memberOf(kernel.profile.uid)), rules: rulesOf(kernel, space),
    ...cameAt(space, kernel.profile && space.rights.memberOf(kernel.profile.uid)),
    lets: role === null || space.standing !== 'member' ? null : letsIn(space, space.rights.memberOf(kernel.profile!.uid)),
    role: space.standing === 'joining' ? 'joining' : role !== null ? ROLE_NAME[role] : lacksRights(kernel, space) ? 'no-rights' : 'removed',
  };
}

/**
 * A member's space whose acl is not here, or only in pieces that do not lead back to its beginning: nobody can say that the person was removed. A removal
 * that is here and holds says it, whatever else waits: a record can be made to wait for what does not exist.
 */
function lacksRights({ profile, revoked }: Kernel, space: Space): boolean {
  if (revoked !== null) return false;
  if (profile && (space.rights.memberOf(profile.uid) !== null || space.rights.view().revokes.some(({ to }) => to === toBase64url(profile.uid)))) return false;
  return space.rights.heads().length === 0 || space.aclWaiting.size > 0;
}

function graphApi(parts: KernelParts, spaceOf: (id: string) => Space, id: string): GraphApi {
  const { kernel, sealer } = parts;
  return {
    async createFragment({ type, title }) {
      const space = spaceOf(id);
      if (kernel.loading) await kernel.loading;
      const fragment = kernel.deps.random.bytes(16);
      const { directoryOp } = await import('./create-space.ts');
      transact(parts, space, [directoryOp(kernel, fragment, type, title)], toBase64url(FRAGMENT.root));
      fragmentOf(kernel, space, fragment);
      await sealer.flush(space);
      return toBase64url(fragment);
    },
    async transact(ops, options) {
      if (kernel.loading) await beforeWriting(kernel, spaceOf(id), ops, options?.fragment);
      const ids = transact(parts, spaceOf(id), ops, options?.fragment);
      introduceHere(parts, spaceOf(id), options?.fragment);
      return { ids, record: 'pending' };
    },
    async get(node) {
      if (kernel.loading && !fragmentOfNode(spaceOf(id), node)) await there(kernel, spaceOf(id));
      return lookUp(kernel, spaceOf(id), node);
    },
    async query(query) {
      use(parts, spaceOf(id), query.fragment);
      if (kernel.loading) await there(kernel, spaceOf(id), query.fragment);
      return runQuery(spaceOf(id).source, query);
    },
    subscribe(query: Query, on) {
      use(parts, spaceOf(id), query.fragment);
      return follow(kernel, spaceOf(id), query, on);
    },
    async count(query = {}) {
      if (kernel.loading) await there(kernel, spaceOf(id), query.fragment);
      return countQuery(spaceOf(id).source, query);
    },
    async tops(query) {
      if (kernel.loading) await there(kernel, spaceOf(id), query.fragment);
      return topsOf(spaceOf(id).source, query);
    },
    async text(node) {
      if (kernel.loading && !fragmentOfNode(spaceOf(id), node)) await there(kernel, spaceOf(id));
      const fragment = fragmentOfNode(spaceOf(id), node);
      if (!fragment) throw new AppError('not-here', 'This thing is not held on this device.', 'Nothing was changed.', 'Open it first.');
      return fragment.graph.text(node);
    },
    async updates(node, mark) {
      await there(kernel, spaceOf(id), fragmentOfNode(spaceOf(id), node)?.key);
      return (await import('./text-news.ts')).textNews(kernel, spaceOf(id), node, mark);
    },
    async digest() {
      const { wordsOf } = await kernel.deps.loadWords();
      await kernel.loading;
      const { seal, ...rest } = (await inspector()).spaceDigest(spaceOf(id));
      return { ...rest, words: wordsOf(seal), seal: toBase64url(seal) };
    },
    compare: async (device) => (await kernel.loading, (await import('./compare.ts')).compareSpace(kernel, sealer, spaceOf(id), device)),
    async history(of) {
      await there(kernel, spaceOf(id));
      const { nodeHistory, typeHistory } = await inspector();
      return typeof of === 'string' ? nodeHistory(kernel, spaceOf(id), of) : typeHistory(kernel, spaceOf(id), of);
    },
  };
}

/** Who writes where people read who cannot read `root` says the own name there. */
function introduceHere(parts: KernelParts, space: Space, key: string | undefined): void {
  const fragment = key === undefined ? undefined : space.fragments.get(key);
  if (fragment && tellsItself(fragment)) void import('./part-tell.ts').then(({ introduceInParts }) => introduceInParts(parts, space, key)).catch((error: unknown) => parts.kernel.fault('introduce', error));
}

/** Waits while the start has not read this fragment (all of the space without one); what is asked for is read next. */
async function there(kernel: Kernel, space: Space, fragment?: string): Promise<void> {
  await (kernel.loading && kernel.loader?.need(space, fragment));
}

/** While the store is read: what needs no more than its own fragment is stamped and shown at once, and sealed when everything is read. */
async function beforeWriting(kernel: Kernel, space: Space, ops: readonly Op[], into: string | undefined): Promise<void> {
  const early = into !== undefined && kernel.loader?.knowsOwn(space) === true && Array.isArray(ops) && ops.every((op) => !op.op.startsWith('text.'));
  await (early ? there(kernel, space, into) : kernel.loading);
}

/** A subscription to what is not read yet begins when it is: what was there before this run is no news. */
function follow(kernel: Kernel, space: Space, query: Query, on: (change: Change) => void): () => void {
  const waiting = kernel.loading && kernel.loader?.need(space, query.fragment);
  if (!waiting) return space.subscriptions.add(query, on);
  let end: (() => void) | null = () => undefined;
  void waiting.then(() => {
    if (end !== null) end = space.subscriptions.add(query, on);
  });
  return () => {
    end?.();
    end = null;
  };
}

/** Reading a fragment of a Guild makes this device hold it (FORMATS 6: Guild by use). */
function use(parts: KernelParts, space: Space, fragment: string | undefined): void {
  // `root` is held whole by every device.
  if (fragment === undefined || fragment === ROOT_KEY || space.inUse.has(fragment)) return;
  space.inUse.add(fragment);
  parts.kernel.replication?.pull(space.id, idBytes(fragment, 16, 'fragment'));
}

function localApi(parts: KernelParts): LifegraphApi['local'] {
  const { kernel } = parts;
  const check = (key: string): string => {
    if (typeof key !== 'string' || key.length === 0 || key.length > 200) throw new AppError('bad-key', 'A key has 1 to 200 characters.');
    return `local/${key}`;
  };
  return {
    async get(key) {
      const row = await kernel.store.get(check(key));
      const plain = row === undefined ? null : await openFromVault(kernel, row);
      const value = plain === null ? undefined : tryDecodeCbor(plain);
      return value === undefined ? undefined : fromCbor(value);
    },
    async set(key, value) {
      if (JSON.stringify(value ?? null).length > KERNEL_LIMITS.localValueBytes) throw new AppError('too-large', 'This is too large to keep here.', 'The value before is kept.', 'Shorten it.');
      const row = value === undefined ? undefined : await sealInVault(kernel, encodeCbor(toCbor(value)));
      // Before the first run there is no key to seal under: nothing is kept.
      if (row !== null) await kernel.store.commit({ origin: kernel.boot, records: [], values: [[check(key), row]] });
    },
  };
}
