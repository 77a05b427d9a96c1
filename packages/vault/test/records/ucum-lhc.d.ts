/** What the tests use of it; the package has no types. */
declare module '@lhncbc/ucum-lhc' {
  export class UcumLhcUtils {
    static getInstance(): UcumLhcUtils;
    convertUnitTo(from: string, value: number, to: string): { status: string; toVal: number; msg: string[] };
  }
}
