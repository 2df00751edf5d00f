/** Node types of this build for the kernel worker, from the manifests of the components and the types the system itself writes. */
import { chatManifest } from '#domain/chat';
import { editorManifest } from '#domain/editor';
import { goalsManifest } from '#domain/goals';
import { accessManifest } from '#domain/subscription';

const OWN = ['about@1', 'fragment@1', 'person@1', 'space@1', 'read@1', 'quiet@1', 'report@1', 'report/key@1', 'report/state@1', 'device@1', 'start/offline@1', 'file@1'];

/** Type name → newest version known. */
export function knownTypes(): Map<string, number> {
  const out = new Map<string, number>();
  for (const type of [...OWN, ...[chatManifest, editorManifest, goalsManifest, accessManifest].flatMap((manifest) => manifest.types.map((one) => one.type))]) {
    const at = type.lastIndexOf('@');
    const name = type.slice(0, at);
    out.set(name, Math.max(out.get(name) ?? 0, Number(type.slice(at + 1))));
  }
  return out;
}
