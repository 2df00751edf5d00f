/** For tests that make graphs without a kernel: a kernel loads the text engine itself. */
import { loadTextEngine } from '#vm/graph/text-engine';

await loadTextEngine();
