import { add } from './add.ts';
import { first } from './first.ts';
import { frame } from './frame.ts';
import { reader } from './reader.ts';
import { series } from './series.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const en = { frame, today, series, reader, unlock, first, add };
export type Words = typeof en;
