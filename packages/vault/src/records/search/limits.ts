// Every limit of search, with unit and reason.

/** Characters of a query: a URL of the usual length, and a long list of codes. */
export const QUERY_UNITS_MAX = 8_192;
/** Parameters of one query. */
export const QUERY_PARAMETERS_MAX = 64;
/** Values of one parameter, with commas between. */
export const QUERY_VALUES_MAX = 512;
/** Steps of a chain, and of `_has` in `_has`. */
export const QUERY_DEPTH_MAX = 6;
/** Records of one page. */
export const PAGE_MAX = 1_000;
/** Records of one page where a query does not say. */
export const PAGE_USUAL = 50;
/** Records that includes may add to a page. */
export const INCLUDED_MAX = 5_000;
/** Rounds of `:iterate`. */
export const ITERATE_MAX = 8;
/** Characters of a text that is searched: what is longer is searched as far as this. */
export const TEXT_UNITS_MAX = 400;
/** Texts of one record that the box searches: a panel of fifty values stays below. */
export const BOX_TEXTS_MAX = 96;
/** Characters that people type into the box. */
export const BOX_UNITS_MAX = 300;
/** Words of them that are searched: one bit each. */
export const BOX_WORDS_MAX = 16;
/** Values of one search parameter of one record. */
export const VALUES_MAX = 256;
