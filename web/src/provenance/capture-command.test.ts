//! Tests that curl accepts the copied command: each option is a single word.

import { expect, it } from "vitest";
import { captureCommand } from "./capture-command.ts";

it("passes options that curl knows, and no secret", () => {
  const [command = ""] = captureCommand("https://example.org").split("\n# ");
  const words = command.replaceAll("\\\n", " ").split(/\s+/);
  const options = words.filter((word) => word.startsWith("-"));
  expect(options).toEqual(["--fail-with-body", "-H", "-H", "-H", "--data-binary"]);
  expect(words).toContain('$WAYMARK_TOKEN"');
});
