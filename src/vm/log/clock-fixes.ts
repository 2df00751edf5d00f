/** The clock.fix operations of one log (FORMATS 4): ranges of seq whose stamps count as `delta` ms earlier. */
import { PRIMITIVE, type Operation } from '#vm/protocol/types';

interface Fix {
  readonly from: number;
  /** null = to the end of the log. */
  readonly to: number | null;
  readonly delta: number;
}

function fixOf(op: Operation): Fix {
  const [from, to, delta] = op.args as [number, number | null, number];
  return { from, to, delta };
}

/** A fix must end at or before its own record; a breach is an operation fault of the record. */
export function fixFault(ops: readonly Operation[], seq: number): boolean {
  return ops.some((op) => {
    if (op.primitive !== PRIMITIVE.clockFix) return false;
    const { from, to } = fixOf(op);
    return to !== null && (to > seq || to < from);
  });
}

export function hasFix(ops: readonly Operation[]): boolean {
  return ops.some((op) => op.primitive === PRIMITIVE.clockFix);
}

export class ClockFixes {
  get none(): boolean {
    return this.fixes.length === 0;
  }

  /** Disjoint, by `from`. */
  private fixes: Fix[] = [];

  reset(): void {
    if (this.fixes.length > 0) this.fixes = [];
  }

  /** Index of the last fix that starts at or before seq; -1 = none. */
  private before(seq: number): number {
    let low = 0;
    let high = this.fixes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.fixes[middle]!.from <= seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Takes the fixes of a record with effect; records come in the order (seq, id). One that overlaps an earlier one fixes nothing. */
  take(ops: readonly Operation[]): void {
    for (const op of ops) {
      if (op.primitive !== PRIMITIVE.clockFix) continue;
      const fix = fixOf(op);
      const at = this.before(fix.from);
      const left = this.fixes[at];
      const right = this.fixes[at + 1];
      const overlaps = (left !== undefined && (left.to === null || left.to >= fix.from)) || (right !== undefined && (fix.to === null || right.from <= fix.to));
      if (!overlaps) this.fixes.splice(at + 1, 0, fix);
    }
  }

  /** ms to take off the stamps of the record at seq. */
  delta(seq: number): number {
    if (this.fixes.length === 0) return 0;
    const fix = this.fixes[this.before(seq)];
    return fix !== undefined && (fix.to === null || seq <= fix.to) ? fix.delta : 0;
  }
}
