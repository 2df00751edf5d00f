/** Made by the build (scripts/lib/actor-code.ts). */
declare module 'virtual:actor-code' {
  export const ACTOR_CODE: string;
  /** The policy that the frame must have (signaling/headers.ts). */
  export const ACTOR_FRAME_POLICY: string;
}
