// An actor in AssemblyScript: how many words of each length a text has. `npm run actor -- build docs/actors/word-lengths.as` makes the module.

@external("lgos", "output")
declare function output(at: usize, length: i32): void;

// Words longer than this count as this long.
const LONGEST: u32 = 32;
const ROOM: i32 = (LONGEST + 1) * 4;

/** Where the input is put. */
export function alloc(size: i32): usize {
  return heap.alloc(size);
}

/** The answer: 33 numbers of 4 bytes, little end first; the first is the number of all words. */
export function run(at: usize, length: i32): void {
  const counts = heap.alloc(ROOM);
  memory.fill(counts, 0, ROOM);
  let letters: u32 = 0;
  for (let i = 0; i <= length; i++) {
    const letter: u8 = i < length ? load<u8>(at + i) : 0x20;
    // Everything above the space is a letter, also each byte of UTF-8.
    if (letter > 0x20) {
      letters++;
    } else if (letters > 0) {
      const slot = counts + (<usize>min(letters, LONGEST) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
      store<u32>(counts, load<u32>(counts) + 1);
      letters = 0;
    }
  }
  output(counts, ROOM);
}
