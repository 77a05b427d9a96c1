/** Checks specs/vectors/labels.json: a resource, and what it is labelled with and why. specs/labels.md */
import { areasOf, recordConfidentiality, securityOf } from '@hale/consent';
import { type Resource, resourceLabels } from '@hale/vault/records';
import type { Tally } from './tally.ts';

export interface LabelsVectors {
  readonly cases: readonly LabelledJson[];
}

interface LabelledJson {
  readonly name: string;
  readonly resource: Resource;
  readonly labels: unknown;
  /** Part of it nobody could look into. */
  readonly opaque: boolean;
  readonly confidentiality: string;
  readonly areas: readonly string[];
  /** `meta.security` of a copy of it. */
  readonly security: unknown;
}

export function checkLabelsVectors({ cases }: LabelsVectors, tally: Tally): void {
  for (const { name, resource, ...expected } of cases)
    tally.equal(
      name,
      () => {
        const { labels, marked, opaque } = resourceLabels(resource);
        const confidentiality = recordConfidentiality(labels, marked);
        return {
          labels,
          opaque,
          confidentiality,
          areas: areasOf(labels),
          security: securityOf({ labels, confidentiality }),
        };
      },
      expected,
    );
}
