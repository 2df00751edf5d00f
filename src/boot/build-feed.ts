/** The kernel's end of who asks linked devices for releases: the page, for its service worker. Loaded by the kernel worker when a page asks. */
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import type { WantedFile } from '#os/builds-api';
import type { RunningKernel } from '#os/kernel/kernel';

/** RPC handlers of a running kernel. */
function buildHandlers({ parts }: RunningKernel) {
  const desk = () => parts.compute.builds();
  return {
    calls: {
      'lists': async (above: number): Promise<readonly string[]> => (await desk()).lists(above),
      'file': async (wanted: WantedFile): Promise<Uint8Array<ArrayBuffer> | null> => (await desk()).file(wanted),
    },
    streams: {
      /** Devices that could be asked. */
      'devices': async (emit: (devices: readonly string[]) => void) => (await desk()).watch(emit),
    },
  };
}

export type BuildCalls = ReturnType<typeof buildHandlers>['calls'];
export type BuildStreams = ReturnType<typeof buildHandlers>['streams'];

/** Serves a page. */
export function serveBuilds(port: RpcPort, kernel: RunningKernel): void {
  createRpcServer(port, buildHandlers(kernel));
}
