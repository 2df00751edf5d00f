/** Entry of the search worker: the full-text index of this tab, away from the page and from the kernel. Wiring only. */
import { toBase64url } from '#base/bytes';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createSearchServer, type ToSearch } from '#boot/search-server';

const random = createWebRandom(crypto);
const heard = createSearchServer(() => toBase64url(random.bytes(6)));
addEventListener('message', ({ data }: MessageEvent<ToSearch>) => heard(data));
