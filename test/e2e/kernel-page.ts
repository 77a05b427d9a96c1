/** The page of kernel-browser.test.ts: the whole kernel, bundled, with the vector checks on `window`. */
import { checkVectors, type VectorResult } from '@hale/testkit/vectors';

export interface KernelPage {
  /** Takes the file's text: what crosses between the processes as an object may lose a lone surrogate. */
  checkVectorText(name: string, text: string): VectorResult;
}

const page: KernelPage = { checkVectorText: (name, text) => checkVectors(name, JSON.parse(text)) };
Object.assign(globalThis, { kernelPage: page });
