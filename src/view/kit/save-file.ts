/** Saves a file of any size: into the place the person chooses where the browser asks for one, through the service worker else; what is small comes from memory. */
import type { FilesApi } from '#os/files-api';
import { download } from '#view/kit/download.ts';
import { heldAddress } from '#view/kit/held-address.ts';

/** Up to this size a file is put together in memory; and, where there is no other way, up to that one. */
const WHOLE_BYTES = 33_554_432;
const MEMORY_BYTES = 536_870_912;
/** An address stays for a browser that reads the end of it again, ms. */
const LINGER_MS = 60_000;
/** Of no type that a browser would open instead of saving. */
const BYTES = 'application/octet-stream';

type Picker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/** `saved`: it was, or the browser is saving it; `given-up`: by the person; `too-large`: this browser cannot save so much here. */
export async function saveFile(files: FilesApi, space: string, { id, name, size }: { id: string; name: string; size: number }): Promise<'saved' | 'given-up' | 'too-large'> {
  const whole = async (): Promise<'saved'> => {
    download(new Blob([await new Response(files.read(space, id)).blob()], { type: BYTES }), name);
    return 'saved';
  };
  if (size <= WHOLE_BYTES) return whole();
  const handle = await choose(name);
  if (handle === null) return 'given-up';
  if (handle !== undefined) {
    await files.read(space, id).pipeTo(await handle.createWritable());
    return 'saved';
  }
  const address = heldAddress({ files, space, id, size, mime: BYTES, name }, () => setTimeout(() => address?.drop(), LINGER_MS));
  if (address) follow(address.url);
  else return size <= MEMORY_BYTES ? whole() : 'too-large';
  return 'saved';
}

/** Where it is to be saved; null when the person gave it up, undefined where the browser does not ask. */
async function choose(name: string): Promise<FileSystemFileHandle | null | undefined> {
  const { showSaveFilePicker } = globalThis as { showSaveFilePicker?: Picker };
  if (!showSaveFilePicker) return undefined;
  try {
    return await showSaveFilePicker({ suggestedName: name });
  } catch (error) {
    // A name that the browser refuses, or a page that may not ask.
    return (error as DOMException).name === 'AbortError' ? null : undefined;
  }
}

/** A link that is said to be a download goes past the service worker; the answer says itself that it is one, and the page stays. */
function follow(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.click();
}
