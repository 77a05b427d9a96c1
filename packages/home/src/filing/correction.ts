// The letter for a hospital that speaks no FHIR: what is wrong, what is right, under which law, and by when an answer is due. English; she may write the rest by hand.
import type { Correction } from '@hale/vault/records/corrections';
import { collected, FONTS, newDocument } from './typesetter.ts';

export interface LetterFacts {
  patient: string;
  to: string;
  title: string;
  about: string;
  /** Number that an answer should name. */
  correction: Correction;
  nowMicros: number;
}

const MARGINS = { top: 72, bottom: 64, left: 72, right: 72 };
const LAWS = {
  HIPAA:
    'under 45 CFR 164.526 (HIPAA), which asks for an answer within 60 days of receipt, once extended by 30 days at most',
  GDPR: 'under Article 16 of the General Data Protection Regulation, which with Article 12(3) asks for an answer within one month, extended by two months at most',
};

const day = (micros: number): string => new Date(micros / 1000).toISOString().slice(0, 10);

export async function correctionLetter({
  patient,
  to,
  title,
  about,
  correction,
  nowMicros,
}: LetterFacts): Promise<Uint8Array> {
  const at = new Date(nowMicros / 1000);
  const doc = newDocument({
    ...{ size: 'A4', margins: MARGINS, bufferPages: true, font: FONTS.plain, lang: 'en', displayTitle: true },
    info: { Title: 'Request for correction', Creator: 'Hale', Producer: 'Hale', CreationDate: at, ModDate: at },
  });
  const whole = collected(doc);
  const { deadline, text, askedMicros, disagreement, id } = correction;
  doc
    .font('plain')
    .fontSize(11)
    .text(patient)
    .moveDown(1)
    .text(to === '' ? 'To whoever keeps my records' : to)
    .moveDown(1);
  doc.text(day(nowMicros)).moveDown(1.5);
  doc
    .font('bold')
    .fontSize(14)
    .text(disagreement ? 'Statement of disagreement' : 'Request to correct my health record')
    .moveDown(0.8);
  doc.font('plain').fontSize(11);
  const law = deadline ? `, ${LAWS[deadline.rule]}` : '';
  const opening = `On ${day(askedMicros)} I asked you to correct the following record${law}.`;
  doc.text(disagreement ? opening : `I ask you to correct the following record${law}.`).moveDown(0.8);
  doc
    .font('bold')
    .text(title === '' ? about : `${title} (${about.split('/')[0]})`)
    .font('plain')
    .moveDown(0.8);
  doc.text('What is wrong, and what is right:').moveDown(0.3).text(text).moveDown(0.8);
  if (disagreement) {
    doc.text(
      'You did not correct it, or only in part. I disagree, and ask you to keep this statement with the record and to send it along with every later disclosure of it:',
    );
    doc.moveDown(0.3).text(disagreement.text).moveDown(0.8);
  } else if (deadline) doc.text(`I expect your answer by ${day(deadline.answerBy)}.`).moveDown(0.8);
  doc
    .text(`Please name this number in your answer: ${id}`)
    .moveDown(2)
    .text('____________________________')
    .text(patient);
  doc.end();
  return whole;
}
