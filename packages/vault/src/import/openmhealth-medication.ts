// Schemas of Open mHealth about medication. They hold plans and reasons rather than measurements; they are judged, and what was taken is counted.

import { DURATION, PERCENT, ROUTE, range, TIME_FRAME, UNIT_VALUE } from './openmhealth-parts.ts';
import { all, any, list, number, object, one, type Shape, text } from './shapes.ts';

const STRENGTH = list(all(UNIT_VALUE, object({ 'ingredient_name?': text })), 1);
export const MEDICATION = all(
  any(object({ trade_name: text }), object({ generic_name: text })),
  object({ strength: STRENGTH, 'rxnorm_code?': number }),
);

const LASTING = one(
  object({ duration: DURATION }),
  object({ duration_range: range(text) }),
  object({ free_text: text }),
);
const DOSE = one(
  object({ dose: UNIT_VALUE }),
  object({ dose_range: range(text) }),
  object({ dose_array: list(object({ dose: UNIT_VALUE }), 1) }),
);
const RECURRENCE = any(
  object({ frequency: object({ number_of_times: number }) }),
  object({ timing: list(object({}), 1) }),
  object({ sequence: list(DURATION, 1) }),
  object({ number_of_times: number, time_window: any(UNIT_VALUE, range(text)) }),
);

export const PRESCRIPTION = object({
  medication: MEDICATION,
  'route?': ROUTE,
  schedule: list(object({ dose_duration: LASTING, medication_dose: DOSE, dose_recurrence: RECURRENCE }), 1),
});
const DISPENSING = object({
  medication_prescription: PRESCRIPTION,
  medication_dispensed: text,
  time_frame_medication_dispensed: TIME_FRAME,
  'amount_dispensed?': UNIT_VALUE,
});
const ADHERENCE = object({
  medication_prescription: PRESCRIPTION,
  effective_time_frame: TIME_FRAME,
  medication_adherence_percent: PERCENT,
});
const FREQUENCY = object({
  number_of_times: number,
  time_window: any(DURATION, range(text)),
});

/** By name and version; a version stands for itself and the later ones of its major number. */
export const MEDICATION_SCHEMAS: readonly [string, string, Shape][] = [
  ['medication', '1.0', MEDICATION],
  ['medication-prescription', '1.0', PRESCRIPTION],
  ['medication-prescription', '2.0', PRESCRIPTION],
  ['patient-medication-schedule', '1.0', PRESCRIPTION],
  ['patient-medication-schedule', '2.0', PRESCRIPTION],
  ['pharmacy-medication-dispensing', '1.0', DISPENSING],
  ['pharmacy-medication-dispensing', '2.0', DISPENSING],
  ['medication-adherence-percent', '1.0', ADHERENCE],
  ['medication-adherence-percent', '2.0', ADHERENCE],
  [
    'single-medication-dose-taken',
    '1.0',
    object({ medication: MEDICATION, dose: UNIT_VALUE, effective_time_frame: TIME_FRAME }),
  ],
  [
    'reason-single-medication-dose-not-taken',
    '1.0',
    object({ medication: MEDICATION, effective_time_frame: TIME_FRAME, reason_for_missing_dose: text }),
  ],
  ['frequency-unit-value', '1.0', FREQUENCY],
  ['intervention-administration-route', '1.0', ROUTE],
  ['intervention-administration-route', '2.0', ROUTE],
];
