import { describe, expect, it } from '@jest/globals';
import { isTimeZone, localMoment } from './local-moment.js';

const moment = (text: string, zone: string) => {
  const { weekday, day, week, month } = localMoment(Date.parse(text), zone);
  return [weekday, day, week, month];
};

describe('A moment in a time zone', () => {
  it.each([
    ['2026-11-22T12:00:00Z', 'UTC', [7, '2026-11-22', '2026-W47', '2026-11']],
    ['2026-11-23T02:59:59Z', 'America/Sao_Paulo', [7, '2026-11-22', '2026-W47', '2026-11']],
    ['2026-11-23T03:00:00Z', 'America/Sao_Paulo', [1, '2026-11-23', '2026-W48', '2026-11']],
    ['2026-11-30T11:00:00Z', 'Pacific/Kiritimati', [2, '2026-12-01', '2026-W49', '2026-12']],
    // Clocks go back on this day: it has 25 hours, all of them of the same day.
    ['2026-10-25T22:30:00Z', 'Europe/Berlin', [7, '2026-10-25', '2026-W43', '2026-10']],
    // Weeks belong to the year of their Thursday.
    ['2027-01-01T00:00:00Z', 'UTC', [5, '2027-01-01', '2026-W53', '2027-01']],
    ['2024-12-30T00:00:00Z', 'UTC', [1, '2024-12-30', '2025-W01', '2024-12']],
  ])('%s is in %s %p', (text, zone, wanted) => {
    expect(moment(text, zone)).toEqual(wanted);
  });

  it('keeps the moment itself', () => {
    expect(localMoment(1_000, 'UTC').at).toBe(1_000_000);
  });

  it('knows which names are time zones', () => {
    expect(['UTC', 'Europe/Berlin', 'Mars/Olympus', '', 'Europe/Berlin;'].map(isTimeZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
