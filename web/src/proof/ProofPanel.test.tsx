//! Tests that the proof panel is green only for a verified bundle about the shown record. For a row that differs, the
//! panel is red and names the fields.

import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { theme } from "../shell/theme.ts";
import { flatten } from "../verify/document.ts";
import { ProofPanel } from "./ProofPanel.tsx";
import { RowComparison } from "./RowComparison.tsx";

/** The row's document is the member `event` of the record. */
const RULES = { root: "/event", added: [], replaced: [], implied: new Map() };

function vector(name: string): { subject: { id: string } } {
  return JSON.parse(readFileSync(`../chain/proof/vectors/${name}.json`, "utf8")).bundle;
}

function show(element: React.ReactElement) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <MantineProvider theme={theme}>
      <QueryClientProvider client={queries}>{element}</QueryClientProvider>
    </MantineProvider>,
  );
}

function showPanel(bundle: object, eventId: string) {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(bundle)));
  const subject = { kind: "event", id: eventId, evidencePath: "/evidence", rules: RULES };
  show(<ProofPanel subject={subject} rows={[]} isRowsPending={false} />);
}

async function proofTone(): Promise<string | null> {
  const proof = screen.getByTestId("proof");
  await waitFor(() => expect(within(proof).getByTestId("verdict").dataset.tone).not.toBe("busy"));
  return within(proof).getByTestId("verdict").dataset.tone ?? null;
}

afterEach(() => vi.unstubAllGlobals());

describe("the proof panel", () => {
  test("is green for a verified bundle about the event", async () => {
    const bundle = vector("event");
    showPanel(bundle, bundle.subject.id);
    expect(await proofTone()).toBe("good");
    expect(screen.getByText(/^Verified in this browser, on the word of the chain/)).toBeTruthy();
  });

  test("warns of an error declaration, and of records that are not shown", async () => {
    const bundle = vector("event_declared_erroneous");
    showPanel(bundle, bundle.subject.id);
    expect(await proofTone()).toBe("good");
    const warning = screen.getByTestId("stream-warning");
    expect(warning.textContent).toContain("Declared erroneous by record 2");
    const rows = within(screen.getByRole("table", { name: "Records of the stream" })).getAllByRole("row");
    expect(rows.map((row) => row.textContent)).toEqual([
      expect.stringContaining("Record"),
      expect.stringMatching(
        /^1provenance\.event_captured.*ObjectEvent · 2026-01-01T00:00:00\.000Z · urn:uuid:/,
      ),
      expect.stringMatching(/^2provenance\.error_declared.*ObjectEvent/),
    ]);
  });

  test("tells that a record of the stream is not shown", async () => {
    const bundle = vector("event_declared_erroneous_and_not_shown");
    showPanel(bundle, bundle.subject.id);
    expect(await proofTone()).toBe("good");
    expect(screen.queryByTestId("stream-warning")).toBeNull();
    expect(screen.getByText(/^1 record is not shown by this bundle/)).toBeTruthy();
  });

  test("names the tenant of a stream, and an error declaration about another event", async () => {
    const bundle = vector("stream_complete");
    showPanel(bundle, bundle.subject.id);
    expect(await proofTone()).toBe("good");
    expect(screen.getByTestId("stream-warning").textContent).toContain(
      "Record 5 declares an event erroneous",
    );
    const tenant = "11111111-1111-1111-1111-111111111111";
    expect(screen.getByTestId("proof").textContent).toContain(`the tenant ${tenant} made exactly 5 records`);
  });

  test("is red for a verified bundle about another event", async () => {
    const bundle = vector("event");
    showPanel(bundle, "urn:uuid:another");
    expect(await proofTone()).toBe("bad");
    expect(screen.getByTestId("verdict").textContent).toContain(bundle.subject.id);
    expect(screen.queryByText(/^Verified in this browser/)).toBeNull();
  });

  test("is red for a bundle that names no event", async () => {
    const { subject, ...nameless } = vector("event");
    showPanel(nameless, subject.id);
    expect(await proofTone()).toBe("bad");
  });

  test("is red and names the step for a changed bundle", async () => {
    const bundle = vector("inclusion_path_changed");
    showPanel(bundle, bundle.subject?.id ?? "x");
    expect(await proofTone()).toBe("bad");
    expect(screen.getByText(/Tampered: the step “Inclusion” fails/)).toBeTruthy();
  });
});

describe("the comparison", () => {
  const event = { type: "ObjectEvent", eventID: "urn:x:1", bizStep: "shipping" };
  const record = {
    tenant: "",
    shard: 0,
    height: 1n,
    timestamp: "2026-01-01T00:00:00.000Z",
    tx_id: "",
    leaf: "",
    outcome: "applied" as const,
    events: [],
    rejection: null,
    fields: flatten({ event }),
    withheld: 0,
    document: null,
  };
  const compare = (rows: (typeof event)[] | null) =>
    show(<RowComparison rows={rows} record={record} rules={RULES} />);

  test("is green when every field agrees", () => {
    compare([event]);
    expect(screen.getByTestId("verdict").dataset.tone).toBe("good");
  });

  test("is red, names the field and shows both values when one differs", () => {
    compare([{ ...event, bizStep: "receiving" }]);
    expect(screen.getByTestId("verdict").dataset.tone).toBe("bad");
    const banner = within(screen.getByTestId("verdict"));
    expect(banner.getByText("The row does not match the ledger")).toBeTruthy();
    expect(banner.getByText("/bizStep")).toBeTruthy();
    const row = screen.getByRole("row", { name: /bizStep/ });
    expect(row.textContent).toContain('"receiving"');
    expect(row.textContent).toContain('"shipping"');
  });

  test("is red when the index lost the row", () => {
    compare([]);
    expect(screen.getByTestId("verdict").dataset.tone).toBe("bad");
  });

  test("shows no verdict when the row could not be read", () => {
    compare(null);
    expect(screen.getByTestId("verdict").dataset.tone).toBe("unsure");
  });
});
