import { describe, expect, it } from '@jest/globals';
import { AdmissionLine } from './admission-line.js';

const limits = { delayMs: 300, atLeast: 5, crowd: { size: 5, forMs: 0 }, unknown: 50 };

/** Takes as many as the line will, up to a hundred. */
function fill(line: AdmissionLine, nowMs: number, elsewhere = 0): number {
  let taken = 0;
  while (taken < 100 && line.take(() => elsewhere, nowMs)) taken += 1;
  return taken;
}

/** A second in which so many calls are taken and answered, evenly. */
function answerFor(line: AdmissionLine, count: number, fromMs: number): void {
  for (let i = 0; i < count; i++) {
    const nowMs = fromMs + (i * 1_000) / count;
    line.take(() => 0, nowMs);
    line.leave(nowMs);
  }
}

describe('An admission line', () => {
  it('takes a crowd while nothing is known of how fast it answers', () => {
    expect(fill(new AdmissionLine(limits), 10_000)).toBe(50);
  });

  it('takes as many as can be answered within the delay', () => {
    const line = new AdmissionLine(limits);
    answerFor(line, 100, 10_000);
    expect(fill(line, 10_999)).toBe(30);
  });

  it('grows with the speed of the machine', () => {
    const line = new AdmissionLine(limits);
    answerFor(line, 300, 10_000);
    expect(fill(line, 10_999)).toBe(90);
  });

  it('always takes a few, however slow things are', () => {
    const line = new AdmissionLine({ ...limits, delayMs: 1 });
    answerFor(line, 100, 10_000);
    expect(fill(line, 10_999)).toBe(5);
  });

  it('takes a crowd that comes and goes, and holds a line that stays to the delay', () => {
    const line = new AdmissionLine({ ...limits, crowd: { size: 60, forMs: 1_000 } });
    answerFor(line, 100, 10_000);
    expect(fill(line, 10_999)).toBe(60);
    // A hundred a second are answered, and for each of them another one comes: there is room for thirty.
    const lengthAt = (fromMs: number, untilMs: number) => {
      for (let nowMs = fromMs; nowMs < untilMs; nowMs += 10) {
        line.leave(nowMs);
        line.take(() => 0, nowMs);
      }
      return line.length;
    };
    expect(lengthAt(11_000, 11_990)).toBe(60);
    const stays = [lengthAt(11_990, 12_990), lengthAt(12_990, 13_990)];
    // The slot of the clock that has just begun is not full.
    expect(stays).toEqual([27, 27]);
    // Another crowd is taken when the line has been half as long as it may be.
    for (let i = 0; i < 16; i++) line.leave(13_999);
    expect([line.length, fill(line, 13_999)]).toEqual([11, 49]);
  });

  it('asks who waits elsewhere only where it matters', () => {
    const line = new AdmissionLine(limits);
    answerFor(line, 100, 10_000);
    let asked = 0;
    const elsewhere = () => ++asked;
    for (let i = 0; i < 30; i++) line.take(elsewhere, 10_999);
    expect([line.length, asked]).toEqual([30, 0]);
    line.take(elsewhere, 10_999);
    expect(asked).toBe(1);
  });

  it('does not count those who wait for something else', () => {
    const line = new AdmissionLine(limits);
    answerFor(line, 100, 10_000);
    expect(fill(line, 10_999, 20)).toBe(50);
  });

  it('takes the next one when one has left, and forgets a second that has passed', () => {
    const line = new AdmissionLine(limits);
    answerFor(line, 100, 10_000);
    expect([fill(line, 10_999), line.length]).toEqual([30, 30]);
    line.leave(10_999);
    expect(fill(line, 10_999)).toBe(1);
    expect(fill(line, 13_000)).toBe(20);
  });
});
