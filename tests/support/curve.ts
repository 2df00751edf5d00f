/** For tests that judge keys, or make links, without a kernel: a kernel loads the curve itself. */
import { loadCurve } from '#vm/protocol/curve';

await loadCurve();
