// Substance use as four physicians rated it: the study behind asushares/cds (bb38421, Apache-2.0; src/data/shares-confidence-all-rules-cross-checked.json) asked
// them for 213 codes how sure they are that a code tells of substance use: 0, 0.5 or 1. They often disagree, so a code is labelled from a mean of 0.6 on,
// and the reason shows all four. Below it stand codes of which most said "may be": a full blood count, a pregnancy test, a depression screening.
//
// Left out of what the four called substance use: tobacco (LOINC 72166-2; SNOMED CT 449868002, 710081004, 225323000; RxNorm 198031), which 42 CFR 2.11 does
// not count as substance use, and the study's placeholders 99999-0 to 99999-11, which are no LOINC codes. The test holds this table against all 213.

export const RATED_MIN = 0.6;

/** Code, then the rating of each physician. */
const LOINC = `
82666-9 .5 1 1 1
72109-2 .5 1 1 1
65750-2 .5 1 1 1`;

const SNOMED = `
7200002 1 1 1 1
6525002 1 1 1 1
60112009 1 1 1 1
56876005 1 1 1 1
55680006 1 1 1 1
413473000 1 1 1 1
361055000 1 1 1 1
266707007 1 1 1 1
24165007 1 1 1 1
10939881000119105 1 1 1 1
61480009 1 1 1 .5
868187001 .5 1 1 1
763302001 .5 1 1 1
713106006 .5 1 1 1
428211000124100 .5 1 1 1
5602001 0 1 1 1
226138001 .5 1 .5 .5`;

const RXNORM = `
1483744 .5 1 1 1
864718 .5 1 1 .5
864706 .5 1 1 .5
351266 0 1 1 1
1191222 .5 1 1 .5`;

const table = (text: string): ReadonlyMap<string, readonly number[]> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([code, ...ratings]) => [code, ratings.map(Number)]),
  );

export const RATED = { loinc: table(LOINC), snomed: table(SNOMED), rxnorm: table(RXNORM) };

/** `4 physicians rated it 0, 1, 1, 1 of 1`: what the reason says beside the code. */
export const ratingText = (ratings: readonly number[]): string =>
  `${ratings.length} physicians rated it ${ratings.join(', ')}; from a mean of ${RATED_MIN} on it is labelled`;
