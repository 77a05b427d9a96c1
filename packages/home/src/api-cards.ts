// What is asked about health cards, summaries and health links, and answered.

/** Which records: by id or a beginning of it. */
export interface RecordsChosen {
  subject?: string;
  /** Without it a patient summary of everything. */
  records?: string[];
  /** Of a summary: records that stay out of it. */
  without?: string[];
  /** Of a summary: whether it may tell that something is kept back. 'none' where nobody said. */
  hidden?: 'none' | 'visible';
}

export interface SummaryWritten {
  file: string;
  /** Sections with how many records each lists; 0 = it says why there are none. */
  sections: { title: string; records: number }[];
}

export interface CardMade {
  /** The .smart-health-card file and its QR codes as pictures (SVG), if they were asked for. */
  files: string[];
  /** Texts for QR codes; a card that is too long for one has several. */
  pictures: string[];
  /** The address under which whoever scans it finds who signed; null: she has given none. */
  iss: string | null;
  /** What has to stand at that address + /.well-known/jwks.json. */
  keys: unknown;
}

export interface HealthLinkInfo {
  id: string;
  label: string;
  subject: string;
  /** A summary, or how many records it was made of. */
  holds: 'summary' | number;
  createdMicros: number;
  expiresMicros: number;
  isLongTerm: boolean;
  needsPasscode: boolean;
  state: 'open' | 'closed' | 'expired';
  /** null: the relay was not asked, or did not answer. */
  seen: { opened: number; openedMicros: number | null; wrong: number } | null;
}

export interface HealthLinkMade {
  link: string;
  id: string;
  /** Shown once; kept nowhere. */
  passcode: string | null;
  expiresMicros: number;
}

export interface IssuerInfo {
  iss: string;
  name: string;
  /** How many of its keys are kept here, so that its cards are checked without a connection. */
  keys: number;
}

export interface CardOperations {
  /** Writes an International Patient Summary (IPS). */
  'summary.write': [RecordsChosen & { to: string }, SummaryWritten];
  /** A health card of chosen records, written beside `to` as .smart-health-card and .svg, signed with her own key. `iss`: kept for the next time; null takes it back. */
  'cards.issue': [{ subject?: string; records: string[]; to?: string; until?: string; iss?: string | null }, CardMade];
  'cards.issuers': [Record<string, never>, IssuerInfo[]];
  /** From now on cards of that issuer say that she knows it; its keys are kept if it gives them. */
  'cards.know': [{ iss: string; name: string }, IssuerInfo];
  'cards.forget': [{ iss: string }, Record<string, never>];
  'links.create': [
    RecordsChosen & { label?: string; withPasscode?: boolean; longTerm?: boolean; until?: string },
    HealthLinkMade,
  ];
  'links.list': [{ look?: boolean }, HealthLinkInfo[]];
  /** The text of an open link once more. */
  'links.show': [{ link: string }, { link: string }];
  /** Puts what is now there in the place of what the link gave. */
  'links.refill': [{ link: string }, { records: number }];
  'links.close': [{ link: string }, Record<string, never>];
}
