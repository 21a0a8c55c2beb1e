//! Saves a file on the reader's machine. Invariant: the content is saved unchanged and sent nowhere.

/** Offers `content` for download under `name`. */
export function saveFile(content: BlobPart, name: string, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
