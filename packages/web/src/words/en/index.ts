import { desk } from './desk.ts';
import { frame } from './frame.ts';
import { series } from './series.ts';
import { share } from './share.ts';
import { sharing } from './sharing.ts';
import { today } from './today.ts';
import { unlock } from './unlock.ts';

export const en = { desk, frame, today, series, share, sharing, unlock };
export type Words = typeof en;
