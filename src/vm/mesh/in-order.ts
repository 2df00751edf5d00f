/** What is made beside this thread, given on in the order it was begun. */
export class InOrder {
  /** Begun and not given on, and their bytes. */
  waiting = 0;
  bytes = 0;
  private chain: Promise<void> = Promise.resolve();

  /** `fail`: what is made, or what is done with it, threw. */
  constructor(private readonly fail: () => void) {}

  add<T>(bytes: number, made: T | Promise<T>, then: (value: T) => void): void {
    this.waiting += 1;
    this.bytes += bytes;
    const whole = Promise.resolve(made);
    // Heard below, perhaps after it failed.
    whole.catch(() => undefined);
    this.chain = this.chain.then(() => whole).then((value) => {
      this.waiting -= 1;
      this.bytes -= bytes;
      then(value);
    }).catch(this.fail);
  }
}
