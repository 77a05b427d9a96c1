// Extensions: named by an address, with a value or parts, of HL7's own where and as HL7 says.
import type { Definitions, ElementDefinition, ExtensionDefinition } from '../definitions/tables.ts';
import type { Findings } from './finding.ts';
import { choiceOf, has, type Json, text } from './json.ts';
import { isAbsolute } from './primitives.ts';
import { listed } from './references.ts';

/** What an extension stands in. */
export interface Holder {
  /** Paths by which definitions may call it: from the resource on, from its type on, and what it repeats. */
  readonly paths: readonly string[];
  /** Its type and those that this is built on. */
  readonly types: readonly string[];
  /** The extension around, for an extension within one. */
  readonly within: Json | null;
}

export function checkExtension(
  value: Json,
  element: ElementDefinition,
  holder: Holder,
  definitions: Definitions,
  findings: Findings,
) {
  const chosen = choiceOf(value, 'value');
  if ((chosen !== undefined) === has(value, 'extension'))
    findings.error(
      'ext-1',
      'An extension has either a value or further extensions within it: one of both, not neither. Correct it.',
    );
  const url = text(value, 'url');
  if (url === undefined) return;
  const modifier = element.name === 'modifierExtension';
  const definition = definitions.extension(url);
  if (definition) return checkKnown(value, url, definition, { holder, chosen, modifier }, findings);
  checkUrl(url, holder, definitions, findings);
  if (modifier)
    findings.warn(
      'unknown-modifier',
      'An addition that changes the meaning of this record is not known here. Do not rely on the record without it.',
      url,
    );
}

function checkUrl(url: string, { within }: Holder, definitions: Definitions, findings: Findings) {
  if (url.includes('|'))
    return findings.error(
      'extension-url',
      'The address of an extension carries no version. Remove what follows the |.',
      url,
    );
  if (isAbsolute(url)) return;
  if (within === null)
    return findings.error(
      'extension-url',
      'The name of an extension must be a whole address, such as https://…. Correct it.',
      url,
    );
  const parts = definitions.extension(text(within, 'url') ?? '')?.parts ?? [];
  if (parts.length > 0 && !parts.includes(url))
    findings.error(
      'extension-part',
      `The extension around this one has other parts: ${listed(parts)}. Correct its name.`,
      url,
    );
}

interface Place {
  readonly holder: Holder;
  readonly chosen: string | undefined;
  readonly modifier: boolean;
}

function checkKnown(
  value: Json,
  url: string,
  definition: ExtensionDefinition,
  { holder, chosen, modifier }: Place,
  findings: Findings,
): void {
  const { contexts, types } = definition;
  if (!contexts.some((context) => isContext(context, holder)))
    findings.error(
      'extension-context',
      `This extension belongs to ${listed(contexts)}, not here. Move it or remove it.`,
      url,
    );
  if (definition.modifier !== modifier)
    findings.error(
      'extension-modifier',
      definition.modifier
        ? 'This extension changes the meaning of what it stands in: it must stand under modifierExtension.'
        : 'This extension changes no meaning: it must stand under extension.',
      url,
    );
  if (chosen === undefined) {
    if (types.length > 0 && definition.parts.length === 0 && !has(value, 'extension'))
      findings.error('extension-type', `This extension needs a value of the type ${listed(types)}.`, url);
    return;
  }
  const type = chosen.slice('value'.length);
  const allowed = types.map((each) => each[0].toUpperCase() + each.slice(1));
  if (types.length === 0)
    findings.error('extension-type', 'This extension has parts and no value of its own. Write its parts.', url);
  else if (!types.includes('*') && !allowed.includes(type))
    findings.error('extension-type', `The value of this extension must be of the type ${listed(types)}.`, url);
}

function isContext(context: string, { paths, types, within }: Holder): boolean {
  if (context === '?' || context.includes('#')) return true;
  if (context.startsWith('@')) {
    const url = text(within, 'url');
    return url?.endsWith(context.slice(1)) === true;
  }
  if (context === 'Element' || context === 'Base' || context === 'Extension')
    return context !== 'Extension' || within !== null;
  // What publishes itself under an address of its own.
  if (/^(Canonical|Metadata)Resource$/.test(context)) return types.includes('DomainResource');
  // What belongs to the definition of an element is also written within its parts.
  if (context === 'ElementDefinition' && paths.some((path) => path.startsWith('ElementDefinition.'))) return true;
  return types.includes(context) || paths.includes(context);
}
