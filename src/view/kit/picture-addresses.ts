/** Addresses of the pictures that are shown: one for each file, however many blocks show it, as long as one of them does. */
import { PICTURE_PIXELS_MAX } from '#domain/shared';
import { rasterPixels, rasterType } from '#view/kit/raster.ts';

/** An address, or why there is none: the bytes are no picture, or too large a one. */
export type Shown = { readonly address: string } | { readonly fault: 'none' | 'too-many' };

/** Lets go of it. */
export type LetGo = () => void;

export class PictureAddresses {
  private readonly held = new Map<string, { count: number; shown: Promise<Shown> }>();

  /** `make` and `drop`: an address of bytes of a type, and its end. */
  constructor(private readonly make: (bytes: Uint8Array<ArrayBuffer>, type: string) => string, private readonly drop: (address: string) => void) {}

  /** The picture of a file, read when nobody shows it yet. */
  of(file: string, read: () => Promise<Uint8Array<ArrayBuffer>>): { shown: Promise<Shown>; letGo: LetGo } {
    const one = this.held.get(file) ?? { count: 0, shown: read().then((bytes) => this.look(bytes)) };
    this.held.set(file, one);
    one.count += 1;
    let over = false;
    const letGo = (): void => {
      if (over) return;
      over = true;
      one.count -= 1;
      if (one.count > 0) return;
      if (this.held.get(file) === one) this.held.delete(file);
      void one.shown.then((shown) => 'address' in shown && this.drop(shown.address)).catch(() => undefined);
    };
    return { shown: one.shown, letGo };
  }

  private look(bytes: Uint8Array<ArrayBuffer>): Shown {
    const type = rasterType(bytes);
    if (type === null) return { fault: 'none' };
    return (rasterPixels(type, bytes) ?? Infinity) > PICTURE_PIXELS_MAX ? { fault: 'too-many' } : { address: this.make(bytes, type) };
  }
}
