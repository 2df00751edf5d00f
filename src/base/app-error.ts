/**
 * The one error shape that reaches people and console users (API.md): what happened, what is safe, what to do.
 * `message`, `safe` and `next` are English sentences; views translate by `code`.
 */
export interface AppErrorShape {
  readonly code: string;
  readonly message: string;
  readonly safe: string;
  readonly next: string;
}

export class AppError extends Error implements AppErrorShape {
  override readonly name = 'AppError';
  constructor(
    readonly code: string,
    message: string,
    readonly safe: string = 'Nothing was changed.',
    readonly next: string = 'Try again.',
  ) {
    super(message);
  }
  toJSON(): AppErrorShape {
    return { code: this.code, message: this.message, safe: this.safe, next: this.next };
  }
}
