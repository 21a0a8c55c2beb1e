//! Values that a text field offers. Invariant: the field takes any other value, too.

/** The suggestions for the fields whose `list` is `id`. */
export function Suggestions({ id, values }: { id: string; values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}
