// Colours of the design language as a canvas needs them: resolved for the theme in use.
const probe = document.createElement('span');

export function colourOf(name: string): string {
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
