//! The page to which signing in returns. Invariant: it is a page of this console and never the sign-in page, which
//! would show the same form again.

const SIGN_IN = "/sign-in";

/** Only a path of this console: an address from elsewhere must not redirect the reader to another site. */
function isOwnPath(address: string): boolean {
  return /^\/(?![/\\])/.test(address);
}

/**
 * The page that `address` leads to: itself, or for the sign-in page the page to which that one would return. `null`
 * when there is none.
 */
export function returnPath(address: unknown): string | null {
  let path = address;
  while (typeof path === "string" && isOwnPath(path)) {
    // The base is never used beside the path, which decides alone which page is shown.
    const { pathname, searchParams } = new URL(path, "http://console.invalid");
    if (pathname.replace(/\/$/, "").toLowerCase() !== SIGN_IN) return path;
    // Each step takes a part of the address, so the loop ends.
    path = searchParams.get("to");
  }
  return null;
}
