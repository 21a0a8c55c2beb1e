//! Saves text to a file on the reader's machine. Invariant: the text is saved unchanged and sent nowhere.

/** Offers `text` for download under `name`. */
export function saveText(text: string, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
