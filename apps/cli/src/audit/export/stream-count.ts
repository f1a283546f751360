import { isSameStream, type Stream } from './same-stream.js';

/** Counts the streams of events that come stream after stream. It can go on behind `last`, up to which there were `streams`. */
export class StreamCount {
  constructor(
    public streams: number,
    private last: Stream | undefined,
  ) {}

  add(event: Stream): void {
    if (!isSameStream(this.last, event)) this.streams += 1;
    this.last = event;
  }
}
