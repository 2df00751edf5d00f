/** Fragments that are opened to people who cannot read `root` say in themselves what they are, and their writers who they are (part-view.ts). */
import { fromBase64url, toBase64url } from '#base/bytes';
import { must } from '#base/assert';
import { mayWrite, onlyComments } from '#os/rights/permit';
import { ABOUT, aboutNodeId, ownScope, tellsItself } from './part-view.ts';
import { fragmentTitle, personNodeId, ROOT_KEY, spaceName, spaceNodeId } from './spaces.ts';
import type { Fragment, Space } from './state.ts';
import { transact, type TransactDeps } from './transact.ts';

/** Lets fragments say what they are, where they do not yet, or no longer rightly. Throws AppError as transact does. */
export function tellAbout(deps: TransactDeps, space: Space, fragments: readonly string[]): void {
  for (const key of fragments) {
    const entry = space.source.view(ROOT_KEY, key);
    const id = toBase64url(aboutNodeId(must(fromBase64url(key), 'fragment')));
    const props = { type: entry?.props.type ?? null, title: fragmentTitle(space, key), space: spaceName(space) };
    const known = space.source.view(key, id);
    if (entry === null || (known && Object.entries(props).every(([name, value]) => known.props[name] === value))) continue;
    const verb = 'subscription/fragment.tell@1';
    transact(deps, space, known ? [{ op: 'node.set', id, props, verb }] : [{ op: 'node.create', type: ABOUT, id, props, verb }], key);
  }
}

/** A title or the space was named anew by this person: the fragments that tell it themselves tell the new one. */
export function retell(deps: TransactDeps, space: Space): void {
  const { kernel } = deps;
  if (!kernel.profile || !kernel.leader || kernel.loading || ownScope(kernel, space) !== null) return;
  const self = toBase64url(kernel.profile.uid);
  const named = space.source.view(ROOT_KEY, toBase64url(spaceNodeId(space.id)))?.updatedBy === self;
  const told = [...space.fragments.values()].filter((fragment) => tellsItself(fragment) && (named || space.source.view(ROOT_KEY, fragment.key)?.updatedBy === self));
  tellAbout(deps, space, told.map(({ key }) => key));
}

/** Own names in the fragments that tell themselves and in which this person wrote, or may only write; in the one named, or all. */
export function introduceInParts(deps: TransactDeps, space: Space, only?: string): void {
  const { profile, slot } = deps.kernel;
  const self = profile && space.rights.memberOf(profile.uid);
  if (!self || !slot || profile.name === '' || space.standing !== 'member') return;
  const among = only === undefined ? [...space.fragments.values()] : [space.fragments.get(only)];
  for (const fragment of among) {
    if (!fragment || !tellsItself(fragment) || !(mayWrite(self, fragment.key) || onlyComments(self, fragment.key))) continue;
    const wrote = self.scope !== null || fragment.pending.length > 0 || space.rights.slotsOf(profile.ds.pub).some((writer) => fragment.index.at(writer, 0).length > 0);
    if (wrote) introduceIn(deps, space, fragment, self.uid);
  }
}

function introduceIn(deps: TransactDeps, space: Space, fragment: Fragment, uid: string): void {
  const { uid: bytes, name } = must(deps.kernel.profile, 'profile');
  const id = toBase64url(personNodeId(bytes, bytes));
  const known = space.source.view(fragment.key, id);
  if (known?.props.name === name) return;
  const verb = 'subscription/person.name@1';
  transact(deps, space, known ? [{ op: 'node.set', id, props: { name }, verb }] : [{ op: 'node.create', type: 'person@1', id, props: { uid, author: uid, name }, verb }], fragment.key);
}
