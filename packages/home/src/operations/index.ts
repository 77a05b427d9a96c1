// The table of operations: every name of api.ts with the code that does it.
import type { OperationName } from '../api.ts';
import { asks, asksAnswer } from './asks.ts';
import { overview, series } from './chart.ts';
import type { Operation } from './context.ts';
import {
  subjectDecline,
  subjectHandOver,
  subjectHandOvers,
  subjectKeep,
  subjectOffers,
  subjectTake,
} from './custody.ts';
import { ask, deskNote, openLook, openReadings, openSeries } from './desk.ts';
import { erase } from './erase.ts';
import { file } from './file.ts';
import {
  guardianForget,
  guardianPieces,
  guardianRelease,
  guardians,
  guardiansRefuse,
  guardiansRevoke,
  guardiansSet,
} from './guardians.ts';
import { backup, check, doctor, exportData, status } from './keep.ts';
import { grantsClaim, grantsFree, shareLocker } from './locker-share.ts';
import { noteAdd, noteRemove, notes } from './notes.ts';
import { inbox, inboxRemove, open } from './open.ts';
import { deviceAdd, deviceList, devicePair, deviceRemove, subjectAdd, subjectChange, subjectList } from './people.ts';
import { phonesConfirm, phonesList, phonesPair, phonesRemove } from './phones.ts';
import { show, streams, watch } from './read.ts';
import { readings } from './readings.ts';
import { relaysAdd, relaysInvite, relaysList, relaysRemove, relaysSync, relaysVouch } from './relays.ts';
import { roomDecline, roomName, roomOpen, roomRefuse, roomShow, roomVisit } from './room.ts';
import { rotate } from './rotate.ts';
import { shareFile } from './saved-copy.ts';
import { grants, grantsLink, revoke, share, shareFind, sharePreview, shareSeries, whoami } from './share.ts';
import {
  custodyAccept,
  custodyDecline,
  custodyLeave,
  custodyMine,
  custodyOffer,
  custodyOffers,
  custodyShow,
  custodyStop,
  custodyWard,
} from './sharing-custody.ts';
import {
  downloadBegin,
  importAnswer,
  importCancel,
  importForget,
  importJobs,
  importKinds,
  importStart,
  uploadBegin,
  uploadDrop,
} from './transfer.ts';
import { shareTemplates } from './visits.ts';
import { webClose, webOpen, webSessions } from './web.ts';
import { passphraseSet, wordsCheck } from './words.ts';

/** The file formats are much code, and most nodes import seldom: loaded at the first import. */
const importFiles: Operation<'import'> = async (context, parameters) =>
  (await import('./import.ts')).importFiles(context, parameters);
const importLook: Operation<'import.look'> = async (context, parameters) =>
  (await import('./import-look.ts')).importLook(context, parameters);

/** Health records likewise. */
const opRecords = () => import('./records.ts');
const records: Operation<'records'> = async (...given) => (await opRecords()).records(...given);
const record: Operation<'record'> = async (...given) => (await opRecords()).record(...given);
const recordAmend: Operation<'record.amend'> = async (...given) => (await opRecords()).recordAmend(...given);
const recordRetract: Operation<'record.retract'> = async (...given) => (await opRecords()).recordRetract(...given);
const opLabels = () => import('./labels.ts');
const recordLabels: Operation<'record.labels'> = async (...given) => (await opLabels()).recordLabels(...given);
const recordLabel: Operation<'record.label'> = async (...given) => (await opLabels()).recordLabel(...given);
const recordsSources: Operation<'records.sources'> = async (...given) => (await opRecords()).recordsSources(...given);
const opViews = () => import('./record-views.ts');
const recordsPatient: Operation<'records.patient'> = async (...given) => (await opViews()).recordsPatient(...given);
const recordsOverview: Operation<'records.overview'> = async (...given) => (await opViews()).recordsOverview(...given);
const recordsMonths: Operation<'records.months'> = async (...given) => (await opViews()).recordsMonths(...given);
const recordsResults: Operation<'records.results'> = async (...given) => (await opViews()).recordsResults(...given);
const recordsResult: Operation<'records.result'> = async (...given) => (await opViews()).recordsResult(...given);
const recordResults: Operation<'record.results'> = async (...given) => (await opViews()).recordResults(...given);
const recordFindings: Operation<'record.findings'> = async (...given) => (await opViews()).recordFindings(...given);
const recordFrame: Operation<'record.frame'> = async (...given) => (await opRecords()).recordFrame(...given);
const recordsExport: Operation<'records.export'> = async (...given) => (await opRecords()).recordsExport(...given);
const recordsOriginal: Operation<'records.original'> = async (...given) =>
  (await opRecords()).recordsOriginal(...given);

/** Cards, summaries and links likewise. */
const opCards = () => import('./cards.ts');
const summaryWrite: Operation<'summary.write'> = async (...given) => (await opCards()).summaryWrite(...given);
const cardsIssue: Operation<'cards.issue'> = async (...given) => (await opCards()).cardsIssue(...given);
const cardsIssuers: Operation<'cards.issuers'> = async (...given) => (await opCards()).cardsIssuers(...given);
const cardsKnow: Operation<'cards.know'> = async (...given) => (await opCards()).cardsKnow(...given);
const cardsForget: Operation<'cards.forget'> = async (...given) => (await opCards()).cardsForget(...given);
const linksCreate: Operation<'links.create'> = async (...given) => (await opCards()).linksCreate(...given);
const linksList: Operation<'links.list'> = async (...given) => (await opCards()).linksList(...given);
const linksShow: Operation<'links.show'> = async (...given) => (await opCards()).linksShow(...given);
const linksRefill: Operation<'links.refill'> = async (...given) => (await opCards()).linksRefill(...given);
const linksClose: Operation<'links.close'> = async (...given) => (await opCards()).linksClose(...given);

/** Stopping everything reaches into cards and links. */
const opStop = () => import('./stop-everything.ts');
const revokeAll: Operation<'revoke.all'> = async (...given) => (await opStop()).revokeAll(...given);
const revokeLook: Operation<'revoke.look'> = async (...given) => (await opStop()).revokeLook(...given);

/** Emergency access likewise. */
const opEmergency = () => import('./emergency.ts');
const emergency: Operation<'emergency'> = async (...given) => (await opEmergency()).emergency(...given);
const emergencyChange: Operation<'emergency.change'> = async (...given) =>
  (await opEmergency()).emergencyChange(...given);
const emergencyCard: Operation<'emergency.card'> = async (...given) => (await opEmergency()).emergencyCard(...given);
const emergencyNever: Operation<'emergency.never'> = async (...given) => (await opEmergency()).emergencyNever(...given);
const emergencyAgain: Operation<'emergency.again'> = async (...given) => (await opEmergency()).emergencyAgain(...given);
const emergencyReview: Operation<'emergency.review'> = async (...given) =>
  (await opEmergency()).emergencyReview(...given);
const emergencyEnd: Operation<'emergency.end'> = async (...given) => (await opEmergency()).emergencyEnd(...given);
const emergencyOff: Operation<'emergency.off'> = async (...given) => (await opEmergency()).emergencyOff(...given);
const emergencyAllow: Operation<'emergency.allow'> = async (...given) => (await opEmergency()).emergencyAllow(...given);
const emergencyCode: Operation<'emergency.code'> = async (...given) => (await opEmergency()).emergencyCode(...given);
const emergencyOpen: Operation<'emergency.open'> = async (...given) => (await opEmergency()).emergencyOpen(...given);
const emergencyPrint: Operation<'emergency.print'> = async (...given) => (await opEmergency()).emergencyPrint(...given);
const emergencyOpenings: Operation<'emergency.openings'> = async (...given) =>
  (await opEmergency()).emergencyOpenings(...given);

/** Corrections likewise. */
const opCorrections = () => import('./corrections.ts');
const correctionAskFor: Operation<'correction.ask'> = async (...given) =>
  (await opCorrections()).correctionAskFor(...given);
const corrections: Operation<'corrections'> = async (...given) => (await opCorrections()).corrections(...given);
const correctionAnswer: Operation<'correction.answer'> = async (...given) =>
  (await opCorrections()).correctionAnswer(...given);
const correctionDisagree: Operation<'correction.disagree'> = async (...given) =>
  (await opCorrections()).correctionDisagree(...given);
const correctionExport: Operation<'correction.export'> = async (...given) =>
  (await opCorrections()).correctionExport(...given);
const correctionLetter: Operation<'correction.letter'> = async (...given) =>
  (await opCorrections()).correctionLetterFor(...given);

/** Records of a share likewise. */
const opSeen = () => import('./records-seen.ts');
const openRecords: Operation<'open.records'> = async (...given) => (await opSeen()).openRecords(...given);
const shareRecords: Operation<'share.records'> = async (...given) => (await opSeen()).shareRecords(...given);
const shareSensitive: Operation<'share.sensitive'> = async (...given) => (await opSeen()).shareSensitive(...given);
const grantsRecords: Operation<'grants.records'> = async (...given) => (await opSeen()).grantsRecords(...given);
const grantsConsent: Operation<'grants.consent'> = async (...given) => (await opSeen()).grantsConsent(...given);
const recordReaders: Operation<'record.readers'> = async (...given) => (await opSeen()).recordReaders(...given);

const grantsAgain: Operation<'grants.again'> = async (...given) =>
  (await import('./share-again.ts')).grantsAgain(...given);
const opEyes = () => import('./through-eyes.ts');
const grantsLook: Operation<'grants.look'> = async (...given) => (await opEyes()).grantsLook(...given);
const grantsSeries: Operation<'grants.series'> = async (...given) => (await opEyes()).grantsSeries(...given);
const grantsOpen: Operation<'grants.open'> = async (...given) => (await opEyes()).grantsOpen(...given);

const find: Operation<'find'> = async (...given) => (await import('./find.ts')).find(...given);
const recordsSearch: Operation<'records.search'> = async (...given) =>
  (await import('./find.ts')).recordsSearch(...given);

export const OPERATIONS: { [N in OperationName]: Operation<N> } = {
  status,
  whoami,
  'subject.add': subjectAdd,
  'subject.change': subjectChange,
  'subject.list': subjectList,
  import: importFiles,
  'upload.begin': uploadBegin,
  'upload.drop': uploadDrop,
  'import.look': importLook,
  'import.start': importStart,
  'import.jobs': importJobs,
  'import.cancel': importCancel,
  'import.answer': importAnswer,
  'import.forget': importForget,
  'import.kinds': importKinds,
  'download.begin': downloadBegin,
  'passphrase.set': passphraseSet,
  'words.check': wordsCheck,
  records,
  record,
  'record.amend': recordAmend,
  'record.labels': recordLabels,
  'record.label': recordLabel,
  'record.retract': recordRetract,
  'records.overview': recordsOverview,
  'records.patient': recordsPatient,
  'records.months': recordsMonths,
  'records.results': recordsResults,
  'records.result': recordsResult,
  'record.results': recordResults,
  'record.findings': recordFindings,
  'record.frame': recordFrame,
  find,
  'records.search': recordsSearch,
  'records.sources': recordsSources,
  'records.export': recordsExport,
  'records.original': recordsOriginal,
  'summary.write': summaryWrite,
  'cards.issue': cardsIssue,
  'cards.issuers': cardsIssuers,
  'cards.know': cardsKnow,
  'cards.forget': cardsForget,
  'links.create': linksCreate,
  'links.list': linksList,
  'links.show': linksShow,
  'links.refill': linksRefill,
  'links.close': linksClose,
  streams,
  show,
  watch,
  series,
  readings,
  overview,
  notes,
  'note.add': noteAdd,
  'note.remove': noteRemove,
  'web.open': webOpen,
  'web.close': webClose,
  'web.sessions': webSessions,
  'device.add': deviceAdd,
  'device.pair': devicePair,
  'device.list': deviceList,
  'device.remove': deviceRemove,
  'share.find': shareFind,
  'phones.list': phonesList,
  'phones.pair': phonesPair,
  'phones.confirm': phonesConfirm,
  'phones.remove': phonesRemove,
  'share.preview': sharePreview,
  'share.records': shareRecords,
  'share.sensitive': shareSensitive,
  'grants.records': grantsRecords,
  'grants.look': grantsLook,
  'grants.series': grantsSeries,
  'grants.open': grantsOpen,
  'grants.again': grantsAgain,
  'grants.consent': grantsConsent,
  'record.readers': recordReaders,
  'share.templates': shareTemplates,
  'share.series': shareSeries,
  share,
  'share.file': shareFile,
  'share.locker': shareLocker,
  grants,
  'grants.link': grantsLink,
  'grants.claim': grantsClaim,
  'grants.free': grantsFree,
  revoke,
  'revoke.all': revokeAll,
  'revoke.look': revokeLook,
  inbox,
  'inbox.remove': inboxRemove,
  open,
  'open.look': openLook,
  'open.records': openRecords,
  'open.series': openSeries,
  'open.readings': openReadings,
  'room.name': roomName,
  'room.open': roomOpen,
  'room.refuse': roomRefuse,
  'room.visit': roomVisit,
  'room.show': roomShow,
  'room.decline': roomDecline,
  'desk.note': deskNote,
  ask,
  file,
  asks,
  'asks.answer': asksAnswer,
  'relays.add': relaysAdd,
  'relays.remove': relaysRemove,
  'relays.list': relaysList,
  'relays.sync': relaysSync,
  'relays.invite': relaysInvite,
  'relays.vouch': relaysVouch,
  export: exportData,
  backup,
  rotate,
  erase,
  check,
  doctor,
  'subject.hand-over': subjectHandOver,
  'subject.keep': subjectKeep,
  'subject.hand-overs': subjectHandOvers,
  'subject.offers': subjectOffers,
  'subject.take': subjectTake,
  'subject.decline': subjectDecline,
  'custody.offer': custodyOffer,
  'custody.offers': custodyOffers,
  'custody.accept': custodyAccept,
  'custody.decline': custodyDecline,
  'custody.show': custodyShow,
  'custody.stop': custodyStop,
  'custody.leave': custodyLeave,
  'custody.ward': custodyWard,
  'custody.mine': custodyMine,
  'guardians.set': guardiansSet,
  guardians,
  'guardians.revoke': guardiansRevoke,
  'guardians.refuse': guardiansRefuse,
  'guardian.pieces': guardianPieces,
  'guardian.release': guardianRelease,
  'guardian.forget': guardianForget,
  emergency,
  'emergency.change': emergencyChange,
  'emergency.card': emergencyCard,
  'emergency.never': emergencyNever,
  'emergency.again': emergencyAgain,
  'emergency.review': emergencyReview,
  'emergency.end': emergencyEnd,
  'emergency.off': emergencyOff,
  'emergency.allow': emergencyAllow,
  'emergency.code': emergencyCode,
  'emergency.open': emergencyOpen,
  'correction.ask': correctionAskFor,
  corrections,
  'correction.answer': correctionAnswer,
  'correction.disagree': correctionDisagree,
  'correction.export': correctionExport,
  'emergency.print': emergencyPrint,
  'emergency.openings': emergencyOpenings,
  'correction.letter': correctionLetter,
};

/** Operations whose parameters are checked by their own code; this list says which names exist at all. */
export const isOperation = (name: string): name is OperationName => Object.hasOwn(OPERATIONS, name);
