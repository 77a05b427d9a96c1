/** Blood pressure. */
export const pressure = {
  title: 'Blood pressure',
  scheme: 'Categories of',
  setting: 'Where it is measured',
  settings: { home: 'at home', office: 'in an office' },
  category: 'Category',
  categories: {
    nonElevated: 'Not elevated',
    elevated: 'Elevated',
    hypertension: 'High (hypertension)',
    normal: 'Normal',
    stage1: 'High, stage 1',
    stage2: 'High, stage 2',
    severe: 'Severe',
    optimal: 'Optimal',
    highNormal: 'High normal',
    grade1: 'High, grade 1',
    grade2: 'High, grade 2',
    grade3: 'High, grade 3',
  },
  isolated: { systolic: 'upper value only', diastolic: 'lower value only' },
  average: (count: string) => `Average of ${count} readings`,
  two: 'One reading says little: two at least are needed.',
  readings: 'Readings',
  newest: 'Newest readings',
  howToRead:
    'Each stroke goes from the lower (diastolic) to the upper (systolic) value; dashed: where the highest category begins.',
  worse: 'The category is that of the worse of the two values.',
  chartLabel: (count: string) => `Blood pressure, ${count} readings`,
  noHome: 'The cut-offs of this scheme are for readings in an office. For readings at home choose ESC.',
  alone: (count: number) =>
    count === 1
      ? 'One value without a partner of the same time is left out.'
      : `${count} values without a partner of the same time are left out.`,
};
