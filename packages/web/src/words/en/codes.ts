/** Readings that are words: by kind and number, as packages/vault/src/kinds-codes.ts counts them. */
export const codes = {
  unknown: (code: string) => `Code ${code}`,
  unknownNote: 'A note whose words are not here',
  of: {
    'sleep-stage': {
      ...{ 0: 'End', 1: 'In bed', 2: 'Awake', 3: 'Asleep, stage not told', 4: 'Light', 5: 'Deep', 6: 'REM' },
      ...{ 7: 'Out of bed', 8: 'N1', 9: 'N2', 10: 'N3', 11: 'Restless' },
    },
    'workout-session': {
      ...{ 0: 'End', 1: 'Other', 2: 'Walking', 3: 'Running', 4: 'Cycling', 5: 'Swimming', 6: 'Hiking' },
      ...{ 7: 'Strength training', 8: 'Yoga', 9: 'Rowing', 10: 'Elliptical', 11: 'Dance', 12: 'Interval training' },
      ...{ 13: 'Skiing', 14: 'Tennis', 15: 'Football', 16: 'Golf', 17: 'Pilates', 18: 'Stairs', 19: 'Transition' },
      20: 'Multisport',
    },
    'rhythm-event': {
      ...{ 0: 'End', 1: 'High heart rate', 2: 'Low heart rate', 3: 'Irregular rhythm', 4: 'Sinus rhythm' },
      ...{ 5: 'Atrial fibrillation', 6: 'Inconclusive', 7: 'Poor recording', 8: 'Atrial flutter' },
      ...{ 9: 'Atrial bigeminy', 10: 'Ventricular bigeminy', 11: 'Ventricular trigeminy', 12: 'First-degree block' },
      ...{ 13: 'Second-degree block', 14: 'Third-degree block', 15: 'Idioventricular rhythm', 16: 'Nodal rhythm' },
      ...{ 17: 'Paced rhythm', 18: 'Pre-excitation', 19: 'Sinus bradycardia', 20: 'Supraventricular tachyarrhythmia' },
      ...{ 21: 'Ventricular flutter', 22: 'Ventricular fibrillation', 23: 'Ventricular tachycardia', 24: 'Asystole' },
    },
    'sleep-event': {
      ...{ 0: 'End', 1: 'Lights off', 2: 'Lights on', 3: 'Arousal', 4: 'Apnea', 5: 'Obstructive apnea' },
      ...{ 6: 'Central apnea', 7: 'Mixed apnea', 8: 'Hypopnea', 9: 'Effort-related arousal', 10: 'Desaturation' },
      ...{ 11: 'Limb movement', 12: 'Periodic limb movement', 13: 'Snoring', 14: 'Periodic breathing' },
      ...{ 15: 'Hypoventilation', 16: 'Recording start', 17: 'Recording end', 18: 'Body movement' },
    },
    'menstrual-flow': { 0: 'End', 1: 'Unspecified', 2: 'None', 3: 'Light', 4: 'Medium', 5: 'Heavy' },
    'ovulation-test': {
      ...{ 0: 'End', 1: 'Negative', 2: 'Luteinizing hormone surge', 3: 'Indeterminate', 4: 'Estrogen surge' },
      5: 'Positive',
    },
    'cervical-mucus': { 0: 'End', 1: 'Dry', 2: 'Sticky', 3: 'Creamy', 4: 'Watery', 5: 'Egg white' },
    symptom: {
      ...{ 0: 'End', 1: 'Present', 2: 'Not present', 3: 'Mild', 4: 'Moderate', 5: 'Severe', 6: 'Decreased' },
      7: 'Increased',
    },
    'mindful-session': { 0: 'End', 1: 'Session' },
    'stand-hour': { 0: 'End', 1: 'Stood', 2: 'Idle' },
    'workout-event': {
      ...{ 0: 'End', 1: 'Pause', 2: 'Resume', 3: 'Lap', 4: 'Marker', 5: 'Segment', 6: 'Motion paused' },
      ...{ 7: 'Motion resumed', 8: 'Pause or resume asked' },
    },
    'medication-taken': { 0: 'End', 1: 'Taken', 2: 'Skipped' },
    'glucose-meal': { 0: 'End', 1: 'Before meal', 2: 'After meal', 3: 'Fasting', 4: 'Casual', 5: 'Bedtime' },
    'ecg-beat': {
      ...{ 0: 'End', 1: 'Normal', 2: 'Left bundle branch block', 3: 'Right bundle branch block' },
      ...{ 4: 'Aberrated atrial premature', 5: 'Premature ventricular', 6: 'Fusion', 7: 'Nodal premature' },
      ...{ 8: 'Atrial premature', 9: 'Supraventricular premature', 10: 'Ventricular escape', 11: 'Nodal escape' },
      ...{ 12: 'Paced', 13: 'Unclassifiable', 14: 'Signal quality change', 16: 'Isolated artifact', 18: 'ST change' },
      ...{ 19: 'T wave change', 20: 'Systole', 21: 'Diastole', 22: 'Comment', 23: 'Measurement', 24: 'P wave peak' },
      ...{ 25: 'Left or right bundle branch block', 26: 'Non-conducted pacer spike', 27: 'T wave peak' },
      ...{ 28: 'Rhythm change', 29: 'U wave peak', 30: 'Learning', 31: 'Ventricular flutter wave' },
      ...{ 32: 'Start of ventricular flutter', 33: 'End of ventricular flutter', 34: 'Atrial escape' },
      ...{ 35: 'Supraventricular escape', 36: 'Link', 37: 'Non-conducted P wave', 38: 'Fusion of paced and normal' },
      ...{ 39: 'Waveform onset', 40: 'Waveform end', 41: 'R on T premature' },
    },
  },
};
