// What the schemas of Open mHealth and IEEE 1752.1 are built from: units, times, statistics, closed lists of words. Read off openmhealth/schemas
// @36078a89 by their instances (test/data/telemetry/openmhealth), written as checks of our own.

import { any, list, matching, number, object, one, type Shape, text, without, words } from './shapes.ts';

/** A value in one of the units. */
export const measured = (units: string): Shape => object({ value: number, unit: words(units) });
export const range = (units: Shape): Shape => object({ low_value: number, high_value: number, unit: units });

export const UNIT_VALUE = object({ value: number, unit: text });
export const UNIT_VALUE_RANGE = range(text);

const DURATION_UNITS = 'ps|ns|us|ms|sec|min|h|d|wk|Mo|yr';
export const DURATION = measured(DURATION_UNITS);
export const LENGTH = measured('fm|pm|nm|um|mm|cm|m|km|in|ft|yd|mi');
export const MASS = measured('fg|pg|ng|ug|mg|g|kg|Metric Ton|gr|oz|lb|Ton');
export const AREA = measured('mm^2|cm^2|m^2|km^2|in^2|ft^2|yd^2|mi^2');
export const VOLUME = measured('fL|pL|nL|uL|mL|dL|L|fl oz|pt|qt|gal');
export const KCAL = measured('kcal');
export const TEMPERATURE = measured('K|F|C');
export const SPEED = measured('m/s|km/h|mi/h|ft/s|ft/min');
export const PACE = measured('min/mi|min/km|s/m|min/500m|min/100m|min/100yd|s/500m');
export const ACCELERATION = measured('m/s^2|g|ft/s^2|cm/s^2');
export const ANGLE = measured('deg|grad|rad|arcmin|arcsec');
export const ANGULAR_VELOCITY = measured('rad/s|deg/s');
export const MAGNETIC_FLUX = measured('T|mT|uT|nT|G|mG');
export const PRESSURE = measured('mmHg');
export const PERCENT = measured('%');
export const SECONDS = measured('sec');

/** RFC 3339 with a zone, as the schemas want it. */
export const DATE_TIME = matching(
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d{2}:?\d{2})$/i,
);
export const DATE = matching(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
export const LOCAL_TIME = matching(/^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{3})?$/);
export const PART_OF_DAY = words('morning|afternoon|evening|night');

const STARTS_AND_ENDS = [
  object({ start_date_time: DATE_TIME, end_date_time: DATE_TIME }),
  object({ start_date_time: DATE_TIME, duration: DURATION }),
  object({ end_date_time: DATE_TIME, duration: DURATION }),
];
export const TIME_INTERVAL_IEEE = one(...STARTS_AND_ENDS);
export const TIME_INTERVAL = one(...STARTS_AND_ENDS, object({ date: DATE, part_of_day: PART_OF_DAY }));

function timeFrame(interval: Shape): Shape {
  const moment = object({ date_time: DATE_TIME });
  const span = object({ time_interval: interval });
  return one(
    (value) => moment(value) && without('time_interval')(value),
    (value) => span(value) && without('date_time')(value),
  );
}
export const TIME_FRAME = timeFrame(TIME_INTERVAL);
export const TIME_FRAME_IEEE = timeFrame(TIME_INTERVAL_IEEE);
/** A span of time: for totals, of which a moment says nothing. */
export const SPAN = object({ time_interval: TIME_INTERVAL });

export const STATISTIC = words(
  `average|count|maximum|median|minimum|standard deviation|sum|variance|20th percentile|80th percentile|lower quartile|upper quartile
  |quartile deviation|1st quintile|2nd quintile|3rd quintile|4th quintile`,
);
export const DENOMINATOR = words(`${DURATION_UNITS}|session|episode`);

export const POSTURE = words('sitting|lying down|standing|semi-recumbent');
export const TO_MEAL = words(
  `fasting|not fasting|before meal|after meal|with meal|with food|before breakfast|after breakfast|before lunch|after lunch|before dinner
  |after dinner|2 hours postprandial`,
);
export const TO_SLEEP = words('before sleeping|during sleep|on waking');
export const TO_ACTIVITY = words('at rest|active|before exercise|after exercise|during exercise');
export const BLOOD_SPECIMEN = words('plasma|serum|whole blood|capillary blood|arterial blood|venous blood');
export const SPECIMEN = any(
  BLOOD_SPECIMEN,
  words(
    'interstitial fluid|tears|saliva|urine|sweat|cerebral spinal fluid|exhaled air|arterial whole blood|venous whole blood',
  ),
);
const SIDED =
  'ankle|hip|thigh|shoulder|upper arm|lower arm|forearm|wrist|hand|foot|leg|knee|elbow|ear|eye|breast|index finger|middle finger|thumb';
export const BODY_LOCATION = any(
  words('head|forehead|temple|neck|chest|sternum|abdomen|waist|back|lower back|finger|toe|ear lobe|fingertip'),
  words(
    SIDED.split('|')
      .flatMap((part) => [part, `left ${part}`, `right ${part}`])
      .join('|'),
  ),
);
export const ROUTE = words(
  `buccal|dental|endotracheopulmonary|epidural|gastroenteral|inhalation|intra-arterial|intraarticular|intradermal|intramuscular|intranasal
  |intraocular|intraosseous|intraperitoneal|intrathecal|intravenous|intravenous central|intravenous peripheral|intravesical|nasal|nasogastric
  |ocular|oral|otic|rectal|subcutaneous|sublingual|topical|transdermal|transmucosal|urethral|vaginal`,
);

export const SCHEMA_ID = object({
  namespace: matching(/^[\w.-]+$/),
  name: matching(/^[\w.-]+$/),
  version: matching(/^\d+\.(\d+|x)(\.\w+)?$/),
  'url?': matching(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i),
});
export const HEADER = any(
  object({
    id: text,
    creation_date_time: DATE_TIME,
    schema_id: SCHEMA_ID,
    'acquisition_provenance?': object({
      source_name: text,
      'source_creation_date_time?': DATE_TIME,
      'modality?': words('sensed|self-reported'),
    }),
    'user_id?': text,
  }),
  // IEEE 1752.1, clause on the header.
  object({
    uuid: text,
    schema_id: SCHEMA_ID,
    source_creation_date_time: DATE_TIME,
    'modality?': words('sensed|self-reported'),
  }),
);
export const DATA_POINT = object({ header: HEADER, body: any(object({}), list(object({}), 1)) });
