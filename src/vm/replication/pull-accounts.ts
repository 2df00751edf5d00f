/** On whose account pulls stand: when all places are taken, a link with many gives up its newest for one with fewer (TRUST 3, row 9). */
import type { LogPull } from './log-pull.ts';

interface Account {
  count: number;
  /** In the order they were opened; ended ones are taken out when they are met. */
  list: LogPull[];
}

export class PullAccounts {
  private readonly accounts = new Map<string, Account>();
  private readonly live = new Set<LogPull>();

  opened(pull: LogPull): void {
    this.live.add(pull);
    let account = this.accounts.get(pull.opener);
    if (account === undefined) this.accounts.set(pull.opener, (account = { count: 0, list: [] }));
    account.count += 1;
    account.list.push(pull);
    if (account.list.length > 64 + account.count * 2) account.list = account.list.filter((one) => this.live.has(one));
  }

  ended(pull: LogPull): void {
    if (!this.live.delete(pull)) return;
    const account = this.accounts.get(pull.opener)!;
    account.count -= 1;
    if (account.count === 0) this.accounts.delete(pull.opener);
  }

  /** The newest pull that nobody was asked for yet, of the link with the most; null when the asking link would have as many. */
  toGiveUp(asking: string): LogPull | null {
    let most: Account | null = null;
    for (const account of this.accounts.values()) if (account.count > (most?.count ?? 0)) most = account;
    if (most === null || most.count <= (this.accounts.get(asking)?.count ?? 0) + 1) return null;
    for (let at = most.list.length - 1; at >= 0; at--) {
      const pull = most.list[at]!;
      if (!this.live.has(pull)) most.list.splice(at, 1);
      else if (pull.windows.length === 0 && !pull.taking) return pull;
    }
    return null;
  }
}
