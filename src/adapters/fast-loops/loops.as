// The dear loops, in AssemblyScript; scripts/lib/fast-loops.ts compiles it when the app, a test or a bench is built. Each has a twin in TypeScript (src/base/dots.ts, src/base/graph-loops.ts),
// which adds in the same order: the same numbers come out. The memory is laid out by src/adapters/fast-loops/wasm.ts; nothing is allocated here.

// Rows of `places` codes (one byte each, a multiple of 16) times a question (two bytes a place): a sum of 32 bits per row.
export function dots(codes: usize, question: usize, out: usize, places: i32, count: i32): void {
  let at = codes;
  for (let row: i32 = 0; row < count; row++) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    for (let i: i32 = 0; i < places; i += 16) {
      const q = question + (<usize>i << 1);
      a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(at), v128.load(q)));
      b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load_ext<i8>(at, 8), v128.load(q, 16)));
      at += 16;
    }
    const sum = i32x4.add(a, b);
    store<i32>(out + (<usize>row << 2), i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3));
  }
}

// Steps from a row to every row; `far` (two bytes a row) is all 0xffff before. Offsets of links are four bytes each.
export function around(starts: usize, ends: usize, far: usize, queue: usize, row: u32, steps: u32): void {
  store<u16>(far + (<usize>row << 1), 0);
  store<u32>(queue, row);
  let head: u32 = 0;
  let tail: u32 = 1;
  while (head < tail) {
    const at = <usize>load<u32>(queue + (<usize>head << 2));
    head++;
    const step = <u32>load<u16>(far + (at << 1)) + 1;
    if (step > steps) return;
    const end = ends + (<usize>load<u32>(starts + (at << 2), 4) << 2);
    for (let i = ends + (<usize>load<u32>(starts + (at << 2)) << 2); i < end; i += 4) {
      const to = <usize>load<u32>(i);
      if (load<u16>(far + (to << 1)) != 0xffff) continue;
      store<u16>(far + (to << 1), <u16>step);
      store<u32>(queue + (<usize>tail << 2), <u32>to);
      tail++;
    }
  }
}

// Weights of rows in 64-bit floating point; `now` holds the first. Where the last are is answered.
export function weights(starts: usize, ends: usize, now: usize, next: usize, rows: u32, rounds: u32, keep: f64): usize {
  for (let round: u32 = 0; round < rounds; round++) {
    memory.fill(next, 0, <usize>rows << 3);
    let lost: f64 = 0;
    for (let row: u32 = 0; row < rows; row++) {
      const from = load<u32>(starts + (<usize>row << 2));
      const to = load<u32>(starts + (<usize>row << 2), 4);
      const mine = load<f64>(now + (<usize>row << 3));
      if (from == to) {
        lost += mine;
        continue;
      }
      const share = mine / <f64>(to - from);
      for (let i = from; i < to; i++) {
        const place = next + (<usize>load<u32>(ends + (<usize>i << 2)) << 3);
        store<f64>(place, load<f64>(place) + share);
      }
    }
    const rest = (1.0 - keep + keep * lost) / <f64>rows;
    for (let row: u32 = 0; row < rows; row++) {
      const place = next + (<usize>row << 3);
      store<f64>(place, rest + keep * load<f64>(place));
    }
    const other = now;
    now = next;
    next = other;
  }
  return now;
}
