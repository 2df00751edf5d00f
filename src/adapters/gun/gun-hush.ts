/** GUN prints a welcome line while it is imported; this module, imported just before it, lets that one line fall and then steps aside. */
const log = console.log;

console.log = (...args: unknown[]): void => {
  if (typeof args[0] === 'string' && args[0].startsWith('Hello wonderful person!')) restoreConsole();
  else log(...args);
};

/** Gives console.log back; also called after the import, in case the line never came. */
export function restoreConsole(): void {
  console.log = log;
}
