import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binStart,
  GRID_ORIGIN_MICROS,
  type Grid,
  gridFor,
  HaleError,
  innerSlots,
  type Level,
  parseGrid,
  slotOf,
  slotRange,
  slotSeconds,
  slotStart,
  utcDayOf,
} from '../src/index.ts';

const HEART_RATE = gridFor(1, 0);
const at = (iso: string) => Date.parse(iso) * 1000;

describe('grid', () => {
  it('gives each kind of signal its slots and levels', () => {
    expect(gridFor(1 / 360, 0)).toEqual({
      rawSlotSeconds: 10,
      dayOffsetMinutes: 0,
      levels: ['raw', '1m', '15m', '1h', '1d'],
    });
    expect(gridFor(1, 0)).toEqual({
      rawSlotSeconds: 900,
      dayOffsetMinutes: 0,
      levels: ['raw', '1m', '15m', '1h', '1d'],
    });
    expect(gridFor(300, 0)).toEqual({ rawSlotSeconds: 86_400, dayOffsetMinutes: 0, levels: ['raw', '1h', '1d'] });
    expect(gridFor(86_400, 0)).toEqual({ rawSlotSeconds: 2_764_800, dayOffsetMinutes: 0, levels: ['raw'] });
    expect(gridFor(5, 0).levels).toEqual(['raw', '1m', '15m', '1h', '1d']);
    expect(gridFor(5.01, 0).levels).toEqual(['raw', '15m', '1h', '1d']);
  });

  it('counts days and slots from 1900, and so has numbers for what was before 1970', () => {
    expect(at('1900-01-01T00:00:00Z')).toBe(GRID_ORIGIN_MICROS);
    expect(utcDayOf(GRID_ORIGIN_MICROS)).toBe(0);
    expect(utcDayOf(-1)).toBe(25_566);
    expect(utcDayOf(0)).toBe(25_567);
    expect(slotOf(HEART_RATE, '1h', -1)).toBe(25_566);
    expect(slotStart(HEART_RATE, '1h', 25_566)).toBe(at('1969-12-31T00:00:00Z'));
    expect(binStart(HEART_RATE, '1m', -1)).toBe(-60_000_000);
    expect(() => slotOf(HEART_RATE, 'raw', GRID_ORIGIN_MICROS - 1)).toThrow(HaleError);
    expect(() => utcDayOf(GRID_ORIGIN_MICROS - 1)).toThrow(HaleError);
    expect(() => slotOf(HEART_RATE, 'raw', 0.5)).toThrow(HaleError);
    expect(() => slotOf(HEART_RATE, 'raw', 2 ** 53 - 1)).toThrow(HaleError);
  });

  it('begins the days of Kathmandu (+05:45) and Lima (−05:00) at their midnight', () => {
    expect(binStart(gridFor(1, -345), '1d', at('2026-11-21T12:00:00+05:45'))).toBe(at('2026-11-21T00:00:00+05:45'));
    expect(binStart(gridFor(1, 300), '1d', at('2026-11-21T00:00:00-05:00'))).toBe(at('2026-11-21T00:00:00-05:00'));
    expect(binStart(gridFor(1, 300), '1d', at('2026-11-20T23:59:59-05:00'))).toBe(at('2026-11-20T00:00:00-05:00'));
    for (const offset of [7, 855, -855, 0.5]) expect(() => gridFor(1, offset)).toThrow(HaleError);
  });

  it('rounds a grant inward and a query outward', () => {
    const from = at('2026-11-21T10:07:00Z');
    const to = at('2026-11-21T13:00:00Z');
    expect(slotRange(HEART_RATE, 'raw', from, to).end - slotRange(HEART_RATE, 'raw', from, to).first).toBe(12);
    expect(innerSlots(HEART_RATE, 'raw', from, to).end - innerSlots(HEART_RATE, 'raw', from, to).first).toBe(11);
    const day = innerSlots(HEART_RATE, '1h', from, to);
    expect(day.end).toBe(day.first);
    expect(slotRange(HEART_RATE, 'raw', to, from).first).toBe(slotRange(HEART_RATE, 'raw', to, from).end);
  });

  const grids = fc
    .tuple(fc.constantFrom(1 / 360, 0.1, 1, 5, 60, 300, 3600), fc.integer({ min: -56, max: 56 }))
    .map(([period, quarters]) => gridFor(period, quarters * 15));
  const instants = fc.integer({ min: GRID_ORIGIN_MICROS + 86_400e6, max: 4.1e15 });
  const eachLevel = (grid: Grid, check: (level: Level) => void) => grid.levels.forEach(check);

  it('holds each instant in the slot that says so; slots touch and inner slots lie inside', () => {
    fc.assert(
      fc.property(grids, instants, fc.integer({ min: 1, max: 1e13 }), (grid, from, span) => {
        eachLevel(grid, (level) => {
          const length = slotSeconds(grid, level) * 1e6;
          const slot = slotOf(grid, level, from);
          expect(slotStart(grid, level, slot)).toBeLessThanOrEqual(from);
          expect(slotStart(grid, level, slot + 1)).toBe(slotStart(grid, level, slot) + length);
          expect(slotStart(grid, level, slot + 1)).toBeGreaterThan(from);
          expect(slotOf(grid, level, slotStart(grid, level, slot))).toBe(slot);
          expect(slotOf(grid, level, slotStart(grid, level, slot + 1) - 1)).toBe(slot);
          const outer = slotRange(grid, level, from, from + span);
          expect(outer.first).toBe(slot);
          expect(slotStart(grid, level, outer.end)).toBeGreaterThanOrEqual(from + span);
          expect(slotStart(grid, level, outer.end - 1)).toBeLessThan(from + span);
          const inner = innerSlots(grid, level, from, from + span);
          if (inner.first === inner.end) return;
          expect(slotStart(grid, level, inner.first)).toBeGreaterThanOrEqual(from);
          expect(slotStart(grid, level, inner.first) - from).toBeLessThan(length);
          expect(slotStart(grid, level, inner.end)).toBeLessThanOrEqual(from + span);
          expect(from + span - slotStart(grid, level, inner.end)).toBeLessThan(length);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts only grids it could have made', () => {
    expect(parseGrid(HEART_RATE)).toEqual(HEART_RATE);
    const broken = [
      { ...HEART_RATE, rawSlotSeconds: 60 },
      { ...HEART_RATE, dayOffsetMinutes: 20 },
      { ...HEART_RATE, levels: ['1m', 'raw'] },
      { ...HEART_RATE, levels: ['raw', '1h', '1m'] },
      { ...HEART_RATE, levels: ['raw', 'raw'] },
      { ...HEART_RATE, levels: ['raw', '2h'] },
      { ...HEART_RATE, levels: [] },
    ];
    for (const grid of broken) expect(() => parseGrid(grid)).toThrow(HaleError);
  });
});
