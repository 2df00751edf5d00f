/** `npm run issuer -- key <file> | show <file> | voucher <file> --for <order code> [--days 30] [--from 2027-01-31] | read <voucher>`: a demo issuer of plans (docs/PLANS.md). */
import { parseArgs } from 'node:util';
import { toBase64url } from '#base/bytes';
import { explain, issue, IssuerError, makeKey, readKey, readOrder, readTime } from './lib/issuer.ts';

const USAGE = `npm run issuer -- key <file>                                     makes a key and prints its public half
npm run issuer -- show <file>                                    prints the public half
npm run issuer -- voucher <file> --for <order code> [--days 30]  signs a voucher; --from <end of the last one> for a renewal
npm run issuer -- read <voucher>                                 says what stands in a voucher`;

async function answer(args: readonly string[]): Promise<string> {
  const { positionals: [act, at], values } = parseArgs({ args: [...args], allowPositionals: true, options: { for: { type: 'string' }, days: { type: 'string', default: '30' }, from: { type: 'string' } } });
  if (at === undefined) throw new IssuerError(USAGE);
  switch (act) {
    case 'key':
      return makeKey(at);
    case 'show':
      return toBase64url((await readKey(at)).pub);
    case 'voucher': {
      if (values.for === undefined) throw new IssuerError(`--for is missing: the order code of the person.\n${USAGE}`);
      const from = values.from === undefined ? null : readTime(values.from, '--from');
      return (await issue(await readKey(at), readOrder(values.for), { days: Number(values.days), from }, Date.now())).voucher;
    }
    case 'read':
      return (await explain(at)).join('\n');
    default:
      throw new IssuerError(USAGE);
  }
}

try {
  console.log(await answer(process.argv.slice(2)));
} catch (error) {
  const known = error instanceof IssuerError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!known) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
