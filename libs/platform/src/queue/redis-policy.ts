/** The line of `INFO` that says what Redis does when its memory is full; undefined where the server doesn't say. */
export function evictionPolicy(info: string): string | undefined {
  return /^maxmemory_policy:(\S+)\s*$/m.exec(info)?.[1];
}

/** Whether the server of this report is a node of a Redis Cluster. */
export function isClusterNode(info: string): boolean {
  return /^cluster_enabled:1\s*$/m.test(info);
}

/** What to tell the operator about a policy, or undefined when it is right. */
export function evictionWarning(policy: string | undefined): string | undefined {
  if (policy === undefined || policy === 'noeviction') {
    return undefined;
  }
  return (
    `Redis may throw away queued jobs: its maxmemory-policy is "${policy}". Redemptions still finish, only later; ` +
    'set it right with: redis-cli CONFIG SET maxmemory-policy noeviction'
  );
}
