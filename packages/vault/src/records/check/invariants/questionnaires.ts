// Rules for questionnaires and their answers. http://hl7.org/fhir/R4/questionnaire.html
import { all, count, get, has, isDistinct, type Json, text } from '../json.ts';
import { type InvariantTable, rule } from './invariant.ts';

const is = (item: Json, ...types: readonly string[]) => types.includes(text(item, 'type') ?? '');
const WITH_CHOICES = ['choice', 'open-choice', 'decimal', 'integer', 'date', 'dateTime', 'time', 'string', 'quantity'];
const WITH_LENGTH = ['boolean', 'decimal', 'integer', 'string', 'text', 'url', 'open-choice'];
/** Items of one questionnaire that are followed. */
const ITEMS_MAX = 100_000;

function linkIds(questionnaire: Json): unknown[] {
  const items = all(questionnaire, 'item');
  for (const item of items) if (items.length < ITEMS_MAX) for (const inner of all(item, 'item')) items.push(inner);
  return items.map((item) => get(item, 'linkId')).filter((id) => id !== undefined);
}

export const QUESTIONNAIRES: InvariantTable = {
  Questionnaire: [
    rule('que-2', 'Two questions have the same linkId. Give each its own.', (q) => isDistinct(linkIds(q))),
  ],
  'Questionnaire.item': [
    rule(
      'que-1',
      'A group has questions in it, and a text that is only shown has none. Correct the type or the items.',
      (i) => (!is(i, 'group') || has(i, 'item')) && (!is(i, 'display') || !has(i, 'item')),
    ),
    rule('que-3', 'A text that is only shown has no code. Remove it.', (i) => !is(i, 'display') || !has(i, 'code')),
    rule(
      'que-4',
      'Answers are listed or named by a value set, not both. Keep one.',
      (i) => !has(i, 'answerOption') || !has(i, 'answerValueSet'),
    ),
    rule(
      'que-5',
      'A question of this type has no list of answers. Correct the type.',
      (i) => is(i, ...WITH_CHOICES) || (!has(i, 'answerOption') && !has(i, 'answerValueSet')),
    ),
    rule(
      'que-6',
      'A text that is only shown is neither required nor repeated. Remove it.',
      (i) => !is(i, 'display') || (!has(i, 'required') && !has(i, 'repeats')),
    ),
    rule(
      'que-8',
      'A group or a text that is only shown has no first answer. Remove initial.',
      (i) => !is(i, 'group', 'display') || !has(i, 'initial'),
    ),
    rule(
      'que-9',
      'A text that is only shown cannot be read only. Remove readOnly.',
      (i) => !is(i, 'display') || !has(i, 'readOnly'),
    ),
    rule(
      'que-10',
      'An answer of this type has no length. Remove maxLength.',
      (i) => is(i, ...WITH_LENGTH) || !has(i, 'maxLength'),
    ),
    rule(
      'que-11',
      'A first answer among a list is marked there. Remove initial.',
      (i) => !has(i, 'answerOption') || !has(i, 'initial'),
    ),
    rule(
      'que-12',
      'Several conditions of a question must say whether all or any of them count. Add enableBehavior.',
      (i) => count(i, 'enableWhen') < 2 || has(i, 'enableBehavior'),
    ),
    rule(
      'que-13',
      'Several first answers need a question that repeats. Set repeats, or keep one.',
      (i) => get(i, 'repeats') === true || count(i, 'initial') <= 1,
    ),
  ],
  'Questionnaire.item.enableWhen': [
    rule(
      'que-7',
      'Whether a question was answered is asked with true or false. Write answerBoolean.',
      (e) => get(e, 'operator') !== 'exists' || has(e, 'answerBoolean'),
    ),
  ],
  'QuestionnaireResponse.item': [
    rule(
      'qrs-1',
      'Further questions stand under the answer or under the question, not both. Move them.',
      (i) => !has(i, 'answer') || !has(i, 'item'),
    ),
  ],
};
