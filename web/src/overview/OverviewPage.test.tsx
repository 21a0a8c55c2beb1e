//! Tests that each key figure shows what it counts, and that a missing figure shows the reason.

import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import i18next from "i18next";
import { expect, test } from "vitest";
import type { LedgerStatus } from "../api/ledger.ts";
import { Figures, indexLag } from "./Figures.tsx";

const shard = { shard: 0, height: 80, indexed_height: 79, records: 1_345, transactions: 122, timestamp: "" };
const status: LedgerStatus = {
  chain_id: "00",
  name: "test",
  shards: [shard, { ...shard, shard: 1, height: 12, indexed_height: 9, records: 45, transactions: 12 }],
  finality_ms: {
    p50: 1.24,
    p99: 40,
    window: "the last 100 operations of this gateway",
    samples: 100,
    count: 134,
  },
  version: "0.1.0",
};

function show(shown: LedgerStatus | null) {
  render(
    <MantineProvider>
      <Figures status={shown} />
    </MantineProvider>,
  );
}

test("figures are sums over the shards, lag is that of the slowest", () => {
  show(status);
  const values = screen.getAllByRole("definition").map((element) => element.textContent);
  expect(values).toEqual(expect.arrayContaining(["1,390", "134", "1.2 ms", "40 ms", "3 blocks"]));
  expect(values.filter((text) => text?.includes("Source:"))).toHaveLength(5);
  expect(indexLag(status)).toBe(3);
});

test("the window of a figure is in the reader's language", async () => {
  await i18next.changeLanguage("zh-CN");
  show(status);
  const notes = screen.getAllByRole("definition").map((element) => element.textContent ?? "");
  await i18next.changeLanguage("en");
  expect(notes.filter((note) => note.includes("最近 100 次操作"))).toHaveLength(2);
  expect(notes.filter((note) => note.includes("operations"))).toEqual([]);
});

test("without writes there is no finality, not a zero", () => {
  show({ ...status, finality_ms: null });
  expect(screen.getAllByText("no writes yet")).toHaveLength(2);
});

test("an index ahead of a stale reading has no negative lag", () => {
  expect(indexLag({ ...status, shards: [{ ...shard, height: 1, indexed_height: 2 }] })).toBe(0);
});
