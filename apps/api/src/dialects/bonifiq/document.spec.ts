import { describe, expect, it } from '@jest/globals';
import { documentOf, isWrittenAsDocument } from './document.js';

describe('A Brazilian document', () => {
  it.each([
    ['529.982.247-25', '52998224725'],
    ['52998224725', '52998224725'],
    [' 111.444.777-35 ', '11144477735'],
    ['11.222.333/0001-81', '11222333000181'],
    ['11222333000181', '11222333000181'],
    ['12.ABC.345/01DE-35', '12ABC34501DE35'],
    ['12.abc.345/01de-35', '12ABC34501DE35'],
  ])('%s is known with and without its punctuation', (written, bare) => {
    expect(documentOf(written)).toBe(bare);
  });

  it.each([
    ...['529.982.247-24', '529.982.247-15', '52998224752', '11.222.333/0001-80', '12.ABC.345/01DE-53'],
    ...['000.000.000-00', '111.111.111-11', '00.000.000/0000-00'],
    ...['', '1', '5299822472', '529982247255', '5299822472A', 'ann@example.com'],
  ])('%s is none', (text) => {
    expect(documentOf(text)).toBeUndefined();
  });

  it('with a wrong digit is still told from an id of the store', () => {
    expect(['529.982.247-24', '11.222.333/0001-80'].map(isWrittenAsDocument)).toEqual([true, true]);
    expect(['52998224724', 'customer-7', '529.982'].map(isWrittenAsDocument)).toEqual([false, false, false]);
  });
});
