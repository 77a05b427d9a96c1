/** Limits of the pages that this node serves to browsers, with unit and reason. */
export const WEB_LIMITS = {
  /** Sessions at once: the browsers of a household. One more ends the one that was idle longest. */
  sessionsMax: 32,
  /** Minutes without a request after which a session ends: a table where a phone was put down. */
  sessionIdleMinutes: 30,
  /** Hours after which a session ends in any case. */
  sessionHours: 12,
  /** Seconds that a one-use code for the browser lasts: the way from the terminal to the browser. */
  codeSeconds: 600,
  /** Codes that wait to be used. */
  codesMax: 8,
  /** Wrong passphrases from one address within the window before it has to wait. */
  failuresPerAddressMax: 10,
  /** Wrong passphrases from all addresses within the window before everybody has to wait: argon2id takes a second of a core for each. */
  failuresMax: 100,
  /** Seconds of that window. */
  failureWindowSeconds: 300,
  /** Browsers that have been shown words on a first run: one person at two machines. */
  setUpsMax: 4,
  /** Bytes of a JSON body from a browser: a share with all its streams. */
  bodyBytesMax: 1024 * 1024,
} as const;
