// A sentence in which commands stand between backticks: they are set as such.

export function Said({ text }: { text: string }) {
  return (
    <>
      {text.split('`').map((part, i) =>
        i % 2 === 1 ? (
          <code class="command" key={`${i}-${part}`} translate={false}>
            {part}
          </code>
        ) : (
          part
        ),
      )}
    </>
  );
}
