/** What is notified after a commit, without ids: listeners ask for what they wait for. */
export const channels = {
  /** Something in `saga_work` is due. */
  sagaWork: 'holdfast_saga_work',
  /** Redemptions have changed. */
  settled: 'holdfast_settled',
} as const;
