const CHANNEL = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * A channel's name can't be a parameter of LISTEN, so it must be one that needs no quoting and hides no statement. Channels are constants in
 * the code; this catches a slip there.
 */
export function checkedChannel(channel: string): string {
  if (!CHANNEL.test(channel)) {
    throw new RangeError(`"${channel}" can't be a channel: use up to 63 of a-z, 0-9 and _, a letter first.`);
  }
  return channel;
}
