import { decodeRedemption, type Redemption } from '#domain';

/** As many as a worker has in hand at once, and some. */
const REDEMPTIONS_MAX = 1_024;

/**
 * The worker loads redemptions to see what they owe, and the group that then changes them reads them once more, under its locks:
 * nearly always the same text. What was made of a text serves again while the text is the same.
 */
export class DecodedRedemptions {
  private readonly known = new Map<string, { readonly text: string; readonly redemption: Redemption }>();

  /** @throws MalformedRecord */
  decodeAndKeep(id: string, text: string): Redemption {
    const redemption = decodeRedemption(text);
    if (this.known.size >= REDEMPTIONS_MAX) this.known.clear();
    this.known.set(id, { text, redemption });
    return redemption;
  }

  /** For whoever is about to change it: the text is about to be another. @throws MalformedRecord */
  decodeOrTake(id: string, text: string): Redemption {
    const kept = this.known.get(id);
    if (kept === undefined) return decodeRedemption(text);
    this.known.delete(id);
    return kept.text === text ? kept.redemption : decodeRedemption(text);
  }
}
