/**
 * One instance of GUN core: no network of its own, no storage, a mesh in a worker too (GUN makes one only beside window.WebSocket; GUN.md 1).
 * This module owns the import of gun; nothing else may.
 */
import { restoreConsole } from './gun-hush.ts';
import Gun, { type GunField, type GunMesh, type GunMessage, type GunOptions, type GunRoot } from 'gun/gun.js';
import { GUN_GET_TIMEOUT_MS, GUN_MAX_FRAME, GUN_PACK } from '#adapters/limits';

restoreConsole();
Gun.log.off = true;

/** Instances made here; the 'opt' hook is shared by all instances of the realm. */
const ours = new WeakSet<GunOptions>();

Gun.on('opt', function (root) {
  this.to.next(root);
  if (root.once === undefined && ours.has(root.opt)) root.opt.mesh ??= Gun.Mesh(root);
});

export interface GunHooks {
  /** A field was merged into the graph (new here). */
  onField(field: GunField): void;
  /** A get wants data from the store. */
  onGet(message: GunMessage): void;
  /** A message without one receiver; called once all its fields are merged. */
  way(message: GunMessage): void;
}

export interface GunInstance {
  readonly root: GunRoot;
  readonly mesh: GunMesh;
}

/** A GUN instance that speaks only through the hooks and the peers said hi to. */
export function openGun(hooks: GunHooks): GunInstance {
  const options: GunOptions = {
    localStorage: false, radisk: false, multicast: false, axe: false, peers: {}, WebSocket: false,
    max: GUN_MAX_FRAME, pack: GUN_PACK, lack: GUN_GET_TIMEOUT_MS + 1000, log: () => {},
  };
  ours.add(options);
  const root = Gun(options)._;
  const mesh = root.opt.mesh!;
  root.on('put', function (field: GunField) {
    hooks.onField(field);
    this.to.next(field);
  });
  root.on('get', function (message: GunMessage) {
    this.to.next(message);
    hooks.onGet(message);
  });
  mesh.way = hooks.way;
  return { root, mesh };
}
