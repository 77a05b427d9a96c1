export function Mark() {
  return (
    <span class="brand">
      <svg viewBox="0 0 64 64" aria-hidden="true">
        <rect width="64" height="64" rx="15" fill="var(--accent)" />
        <path
          d="M12 35h9l5-15 9 27 6-18 3 6h8"
          fill="none"
          stroke="var(--on-accent)"
          stroke-width="4.5"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      Hale
    </span>
  );
}
