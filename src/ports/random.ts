import type { Bytes } from '#base/bytes';

/** Unpredictable bytes as a port; the simulator gives seeded ones. */
export interface Random {
  bytes(length: number): Bytes;
}
