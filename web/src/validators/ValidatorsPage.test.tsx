//! Tests that the validators page shows signers, the counted blocks and the case of a single validator. A validator is
//! called guilty only after this browser has checked the votes.

import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { LedgerNetwork, NetworkShard, NetworkValidator } from "../api/network.ts";
import { NetworkPanels } from "./ValidatorsPage.tsx";
import { leaderShare } from "./ValidatorTable.tsx";

const shard: NetworkShard = {
  shard: 0,
  height: 1_240,
  index_lag_blocks: 2,
  timestamp: "2026-01-01T00:00:00Z",
  epoch: 0,
  view: 3,
  waiting: 7,
  proposer: 1,
  signers: [0, 1, 3].map((index) => ({ index, key: `${index}`.repeat(64) })),
  window_blocks: 100,
};

function validator(index: number, signed: number, led: number, lag: number | null): NetworkValidator {
  const did = { shard: 0, signed_newest: lag === 0, signed_blocks: signed, led_blocks: led, lag_blocks: lag };
  return { index, key: `${index}`.repeat(64), weight: 1, shards: [did] };
}

const network: LedgerNetwork = {
  chain_id: "00",
  own_index: 1,
  window_blocks: 100,
  shards: [shard],
  validators: [
    validator(0, 98, 26, 0),
    validator(1, 100, 25, 0),
    validator(2, 61, 24, 1),
    validator(3, 0, 0, null),
  ],
  peers: [
    { key: "f".repeat(64), validator: null, connected_since: null, bytes_in: 0, bytes_out: 0, dropped: 0 },
    {
      key: "0".repeat(64),
      validator: 0,
      connected_since: "2026-01-01T00:00:00Z",
      bytes_in: 12_345,
      bytes_out: 1,
      dropped: 4,
    },
  ],
  accusations: [],
  outboxes: [],
  beacon: null,
};

const finality = {
  p50: 1.24,
  p99: 40,
  window: "the last 100 operations of this gateway",
  samples: 100,
  count: 134,
};

function show(shown: LedgerNetwork | null) {
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <NetworkPanels network={shown} finality={finality} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}

function rowOf(name: RegExp, at = 0): string {
  const heading = screen.getAllByRole("rowheader", { name })[at];
  return heading?.closest("tr")?.textContent ?? "";
}

test("each validator's row shows its signatures, its share of led blocks and its lag", () => {
  show(network);
  expect(rowOf(/^Validator 0/)).toContain(
    "25%" + "signed the newest" + "signed 98 of 100, led 26%" + "no lag",
  );
  expect(rowOf(/^Validator 1/)).toContain("this gateway's node");
  expect(rowOf(/^Validator 2/)).toContain("not in the newest" + "signed 61 of 100, led 24%");
  expect(rowOf(/^Validator 2/)).toContain("last signed 1 block ago");
  expect(rowOf(/^Validator 3/)).toContain("signed none of 100 blocks");
  expect(screen.queryByText("This chain has one validator")).toBeNull();
});

test("a shard's row names the signers of its newest block", () => {
  show(network);
  const row = rowOf(/^0$/);
  expect(row).toContain("1,240");
  expect(row).toContain("3 of 4: Validator 0, Validator 1, Validator 3");
  expect(row).toContain("2 blocks");
  expect(screen.getByText(/median 1.2 ms, 99th percentile 40 ms, over the last 100/)).toBeTruthy();
});

test("a young and a stopped shard are shown as such, not as zeros", () => {
  const young = {
    ...shard,
    height: 0,
    timestamp: null,
    view: null,
    proposer: null,
    signers: [],
    window_blocks: 0,
  };
  show({ ...network, shards: [{ ...young, waiting: null }] });
  expect(rowOf(/^0$/)).toContain("stopped");
  expect(screen.getByText(/the state of the beacon cannot be read here/)).toBeTruthy();
  expect(screen.queryByText(/validators of this chain never change/)).toBeNull();
  expect(screen.getAllByText("no blocks yet")).toHaveLength(4);
});

test("peers are in the validators' order, followers last", () => {
  show(network);
  const table = within(screen.getByRole("region", { name: "Connections of this gateway's node" }));
  const names = table.getAllByRole("rowheader").map((cell) => cell.textContent);
  expect(names).toEqual(["Validator 0", "Follower"]);
  expect(table.getByText("13 kB")).toBeTruthy();
  expect(table.getByText("not connected")).toBeTruthy();
});

test("a chain of one validator says so and how to start four", () => {
  show({ ...network, validators: [validator(0, 100, 100, 0)], peers: [] });
  expect(screen.getByRole("heading", { name: "This chain has one validator" })).toBeTruthy();
  expect(screen.getByText(/waymark up --validators 4/)).toBeTruthy();
  expect(screen.queryByText("Connections of this gateway's node")).toBeNull();
});

test("an accusation whose votes prove nothing is shown as not proved", async () => {
  const vote = { epoch: 0, height: 12, view: 3, step: "notarise", block: "11", vote: "AAAA", digest: "22" };
  const first = { ...vote, signature: "AAAA" };
  const accusation = {
    shard: 0,
    validator: 2,
    key: "2".repeat(64),
    first,
    second: { ...first, block: "33" },
    evidence: "BBBB",
  };
  show({ ...network, accusations: [accusation] });
  expect(await screen.findByText("Not proved: these votes do not convict validator 2")).toBeTruthy();
  expect(screen.getByText(/signed both on shard 0 at height 12 in view 3/)).toBeTruthy();
  expect(screen.queryByText(/None: since it started/)).toBeNull();
});

test("an accusation that this browser checked convicts", async () => {
  const accusation = JSON.parse(readFileSync("../gateway/vectors/accusation.json", "utf8"));
  show({ ...network, accusations: [accusation] });
  expect(await screen.findByText(/^Validator 0 contradicted itself: both signatures checked/)).toBeTruthy();
});

test("a leader's share is null without blocks", () => {
  const [did] = validator(0, 0, 25, null).shards;
  if (did === undefined) throw new Error("it was just made");
  expect([leaderShare(did, 100), leaderShare(did, 0)]).toEqual([0.25, null]);
});
