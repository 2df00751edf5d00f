/** The compiled loops (loops.as) in base64url; made by scripts/lib/fast-loops.ts while something is built. */
declare module 'virtual:fast-loops' {
  const code: string;
  export default code;
}
