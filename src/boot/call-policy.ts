/** Which calls may be asked again of a restarted kernel that died before it answered: those that do no more when they are done twice. */
import type { KernelCalls } from './kernel-server.ts';

/** Every call has its line: a new one does not compile without. */
export const ASK_AGAIN: Readonly<Record<keyof KernelCalls, boolean>> = {
  'opened': true, 'ready': true, 'snapshot': true,
  // What would make a second thing, or hand out a second secret.
  'identity.create': false, 'spaces.create': false, 'spaces.invite': false, 'graph.createFragment': false,
  // A second one would be told that the first has counted.
  'access.redeem': false, 'access.moveOut': false, 'access.moveBack': false, 'reports.send': false,
  // Kept and sent again by the journal of acts, which knows what of it landed.
  'graph.transact': false,
  'identity.rename': true, 'spaces.list': true, 'spaces.join': true, 'spaces.members': true, 'spaces.leave': true, 'spaces.invites': true,
  'spaces.revokeInvite': true, 'spaces.waiting': true, 'spaces.approve': true, 'spaces.decline': true, 'spaces.request': true, 'spaces.withdraw': true, 'spaces.readLink': true,
  'spaces.archive': true, 'spaces.setArchive': true,
  // Each of these says how things shall stand, not what shall be added.
  'access.choices': true, 'access.remove': true, 'access.setRole': true, 'access.setUntil': true, 'access.setScope': true, 'access.setDelegate': true, 'access.letBackIn': true, 'access.setRules': true, 'access.plans': true, 'access.setPlans': true, 'access.ending': true, 'access.journal': true, 'access.setAside': true, 'access.adopt': true, 'access.copy': true, 'reports.list': true, 'reports.decide': true, 'papers': true,
  'access.publicLinks': true, 'access.makePublicLink': false, 'access.revokePublicLink': true, 'access.beacons': true, 'access.beaconReport': true, 'access.history': false, 'reading.open': true, 'reading.status': true,
  'devices.list': true, 'devices.unheld': true, 'devices.part': true, 'devices.rename': true, 'devices.revoke': true, 'devices.pairing': true, 'devices.endPairing': true,
  // Of a pairing that ended with its kernel; a person begins anew.
  'devices.pair': false, 'devices.pairWith': false, 'devices.answerPairing': false,
  'graph.get': true, 'graph.query': true, 'graph.count': true, 'graph.tops': true, 'graph.text': true, 'graph.updates': true, 'graph.digest': true, 'graph.compare': true, 'graph.history': true, 'graph.edits': true,
  'saved': true, 'copies': true, 'copiesOf': true, 'durability': true,
  'network.pause': true, 'network.resume': true, 'network.setServers': true, 'network.retry': true, 'network.check': true, 'network.act': false, 'diagnostics': true,
  'recovery.status': true, 'recovery.phrase': true, 'recovery.fromPhrase': true, 'recovery.finish': true, 'recovery.keyFile': true, 'recovery.checkKeyFile': true, 'recovery.fromKeyFile': true,
  'backup.status': true, 'backup.verify': true, 'backup.merge': true, 'backup.tryKey': true, 'backup.cancel': true,
  // A second file of the same minute, or a profile that is not empty any more.
  'backup.make': false, 'backup.restore': false,
  'lock.status': true, 'lock.setIdle': true, 'lock.now': true,
  // A second one would be held against what the first has changed.
  'lock.set': false, 'lock.setPasskey': false, 'lock.change': false, 'lock.remove': false,
  // The first answer may have erased what a second one would be held against.
  'recovery.check': false, 'recovery.parts': false,
  // Told to others for a moment: over by then.
  'presence.set': false, 'presence.list': true, 'previews.set': false, 'previews.list': true, 'calls.send': false,
  // Runs that end with their kernel.
  'compute.act': false,
  'files.want': true, 'files.cancel': true, 'files.drop': true, 'files.piece': true,
  'local.get': true, 'local.set': true, 'log.records': true, 'log.record': true, 'pipeline': true, 'stuck.retry': true, 'stuck.export': true,
};
