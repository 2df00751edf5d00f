/** Files of pages on their way into the archive: those this device holds, as many and as large as an import takes again. */
import type { FilesApi, FileState } from '#os/files-api';
import type { FileShown } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';
import type { Exporter } from './exporter.ts';

/** What is known of a file now. */
const stateOf = (files: FilesApi, space: string, id: string): Promise<FileState> => new Promise((resolve) => {
  const stop = files.watch(space, id, (state) => {
    void Promise.resolve().then(() => stop());
    resolve(state);
  });
});

/** Of one space. */
export class FilesOut {
  private readonly seen = new Set<string>();
  private count = 0;
  private bytes = 0;

  /** `left` is told the name of each that is not given. */
  constructor(private readonly files: FilesApi | undefined, private readonly space: string, private readonly exporter: Pick<Exporter, 'ask'>, private readonly left: (name: string) => void) {}

  /** Gives those that were not looked at before. */
  async give(all: readonly FileShown[]): Promise<void> {
    for (const { id, said } of all) {
      if (this.seen.has(id)) continue;
      this.seen.add(id);
      const state = this.files && (await stateOf(this.files, this.space, id));
      const name = state?.name || said;
      const content = state && this.takes(state) ? await this.read(id) : null;
      if (content === null) this.left(name);
      else await this.exporter.ask({ file: { id, name, mime: state!.mime, bytes: content } });
    }
  }

  private takes({ state, size }: FileState): boolean {
    if (state !== 'here' || this.count >= VAULT_LIMITS.attachments || size > VAULT_LIMITS.attachmentBytes || this.bytes + size > VAULT_LIMITS.attachmentsBytes) return false;
    [this.count, this.bytes] = [this.count + 1, this.bytes + size];
    return true;
  }

  /** Null where a piece of it went meanwhile. */
  private async read(id: string): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return new Uint8Array(await new Response(this.files!.read(this.space, id)).arrayBuffer());
    } catch {
      return null;
    }
  }
}
