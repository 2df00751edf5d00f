/** A secret cut into parts of which any so many make it again and fewer say nothing of it. Draws its own randomness. */
import type { Bytes } from '#base/bytes';

export interface SecretParts {
  /** `count` parts, 2–255, of which any `least` make the secret. */
  split(secret: Bytes, count: number, least: number): Promise<Bytes[]>;
  /** What the parts make; of wrong or too few ones something else, which the caller must find out. */
  combine(parts: readonly Bytes[]): Promise<Bytes>;
}
