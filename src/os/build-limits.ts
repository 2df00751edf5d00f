/** Releases of the app from linked devices (src/os/kernel/build-desk.ts, src/boot/release-peers.ts). Times in ms, sizes in bytes. */
export const BUILD_LIMITS = {
  /** A list of a release that is read or given, files it may name, bytes of one file, and of all of them that are taken. */
  listBytes: 262_144,
  files: 2_000,
  fileBytes: 16_000_000,
  allBytes: 134_217_728,
  /** Devices that are asked for their list, and how long each may take. */
  devices: 8,
  listMs: 20_000,
  /** How long a file may take, and may be silent on its way. */
  fileMs: 240_000,
  silentMs: 20_000,
  /** How often, and after what time each, a device is asked again that is busy with somebody else. */
  busyTries: 10,
  busyMs: 2_000,
  /** Files given at once, one to each device. */
  givenAtOnce: 3,
  /** Given to one device: bytes a second in the long run, and at once. */
  givenPerSecond: 16_384,
  givenBurst: 67_108_864,
  /** Lists given to one device: a second, long run, and burst. */
  listsPerSecond: 0.1,
  listsBurst: 10,
  /** Files it may ask for, whether they are there or not: a second, long run, and burst. */
  asksPerSecond: 1,
  asksBurst: 600,
  /** Devices whose budgets are remembered. */
  remembered: 1_024,
} as const;
