import { frame } from './frame.ts';
import { series } from './series.ts';
import { share } from './share.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const en = { frame, today, series, share, unlock };
export type Words = typeof en;
