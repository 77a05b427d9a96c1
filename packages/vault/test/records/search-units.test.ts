// Units: what converts, and by how much, is what the National Library of Medicine's ucum-lhc says, for all pairs of the units that occur in health records.
import { UcumLhcUtils } from '@lhncbc/ucum-lhc';
import { expect, test } from 'vitest';
import { conversion, meaningOf } from '../../src/records/search/ucum.ts';

const ucum = UcumLhcUtils.getInstance();

const UNITS = `kg g mg ug ng pg mg/dL g/dL g/L ug/L ng/mL pg/mL ug/dL mg/L kg/m2 kg/m3 ug/mL
mol mmol umol mmol/L umol/L nmol/L pmol/L mol/m3 umol/mL
m cm mm km [in_i] [ft_i] [mi_i] m2 cm2 mm2 [sft_i] L dL mL uL fL l ml [foz_us] [tsp_us] [tbs_us] [cup_us] [pt_us] [qt_us] [gal_us] [drp]
[lb_av] [oz_av] [gr] mm[Hg] kPa Pa bar mbar atm [psi] cm[H2O] [in_i'Hg] [in_i'H2O]
s min h d wk mo a ms us /min /s Hz {beats}/min {breaths}/min /h /d kHz 1/min
K Cel [degF] % 1 10*3/uL 10*6/uL 10*9/L 10*12/L 10*3 /uL /L /mm3 {cells}/uL [ppm] [ppth]
J kJ cal kcal [Cal] W kW N mN V mV uV A mA Ohm kOhm F pF
L/min mL/min mL/h mL/min/{1.73_m2} mL/kg mg/kg mg/kg/h ug/kg/min g/kg mL/s L/s m/s km/h m/s2 rad deg sr lm lx cd Gy mGy cGy Sv mSv Bq MBq mCi
g/(24.h) mg/(24.h) mL/(kg.min) kg.m/s2 g.m2 (mg/dL)/h`
  .split(/\s+/)
  .filter(Boolean);

/** What rounding in tables of factors may differ. */
const NEAR = 1e-6;

test('every pair converts as ucum-lhc says', () => {
  const wrong: string[] = [];
  let converted = 0;
  for (const from of UNITS)
    for (const to of UNITS) {
      const ours = conversion(from, to);
      const theirs = ucum.convertUnitTo(from, 7.25, to);
      // UCUM takes a mole for a number; here it is a unit of its own (docs/operating/find.md).
      if (/mol/.test(from) !== /mol/.test(to)) {
        if (ours !== null) wrong.push(`${from} to ${to}: converts`);
        continue;
      }
      if ((ours === null) !== (theirs.status !== 'succeeded'))
        wrong.push(`${from} to ${to}: ${ours} ${theirs.status} ${theirs.msg}`);
      if (ours === null || theirs.status !== 'succeeded') continue;
      converted++;
      const value = 7.25 * ours.factor + ours.offset;
      if (Math.abs(value - theirs.toVal) > Math.abs(theirs.toVal) * NEAR)
        wrong.push(`${from} to ${to}: ${value} is not ${theirs.toVal}`);
    }
  expect(wrong).toEqual([]);
  expect(converted).toBeGreaterThan(1_000);
}, 60_000);

test('what is no unit converts to nothing', () => {
  for (const code of ['', 'xyz', 'mg//dL', 'mg/', '(mg', 'mg)', '{', 'mg{', 'm999', '.', 'kmin', 'Cel.m'])
    expect(meaningOf(code), code).toBeNull();
  expect(conversion('[iU]/L', 'g/L')).toBeNull();
  expect(conversion('[iU]/mL', '[iU]/L')).toEqual({ factor: 1000, offset: 0 });
  expect(conversion('mmol/mol', '%')?.factor).toBeCloseTo(0.1, 12);
  expect(conversion('tablets', 'tablets')).toEqual({ factor: 1, offset: 0 });
});
