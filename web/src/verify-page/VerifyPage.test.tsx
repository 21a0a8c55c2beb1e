//! Tests that the Verify page keeps naming an anchor that it refused, and names the tenant of a proven absence.

import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, test } from "vitest";
import { theme } from "../shell/theme.ts";
import { VerifyPage } from "./VerifyPage.tsx";

function vector(name: string): { bundle: object; anchor: object } {
  return JSON.parse(readFileSync(`../chain/proof/vectors/${name}.json`, "utf8"));
}

function choose(label: string, name: string, content: object) {
  const file = new File([JSON.stringify(content)], name, { type: "application/json" });
  fireEvent.change(screen.getByLabelText(label), { target: { files: [file] } });
}

async function verdict(): Promise<string> {
  await waitFor(() => expect(screen.getByTestId("verdict").dataset.tone).not.toBe("busy"));
  return screen.getByTestId("verdict").textContent ?? "";
}

const BUNDLE = "Choose a bundle file";
const ANCHOR = "Choose an anchor file";

describe("the Verify page", () => {
  beforeEach(() => {
    render(
      <MantineProvider theme={theme}>
        <VerifyPage />
      </MantineProvider>,
    );
  });

  test("names a refused anchor beside the verdict that was reached without it", async () => {
    const { bundle, anchor } = vector("event_with_anchor");
    choose(ANCHOR, "wrong.json", { not: "an anchor" });
    await screen.findByText("The file wrong.json is not an anchor");
    choose(BUNDLE, "bundle.json", bundle);
    expect(await verdict()).toContain("on the word of the chain that the bundle names");
    expect(screen.getByTestId("anchor-problem").textContent).toContain("wrong.json");
    choose(ANCHOR, "anchor.json", anchor);
    await waitFor(() => expect(screen.queryByTestId("anchor-problem")).toBeNull());
    await waitFor(async () => expect(await verdict()).toMatch(/^Verified in this browser(?!, on)/));
  });

  test("names the tenant that recorded nothing", async () => {
    choose(BUNDLE, "bundle.json", vector("stream_absent_at_an_empty_place").bundle);
    const tenant = "11111111-1111-1111-1111-111111111111";
    expect(await verdict()).toContain(`Absent: the tenant ${tenant} recorded nothing about`);
  });

  test("calls the answer of a failed request what it is", async () => {
    choose(BUNDLE, "bundle.json", vector("foreign_problem").bundle);
    expect(await verdict()).toContain("This file cannot be read as a bundle");
    expect(screen.getByTestId("verdict").textContent).toContain("The token is not valid");
  });
});
